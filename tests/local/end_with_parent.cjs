// Preloaded into Azurite: its standard input is a pipe held by the Python process that started it. When that process
// ends, however abruptly, the pipe closes, and Azurite goes too instead of staying behind with its ports.
"use strict";
process.stdin.once("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume().unref();
