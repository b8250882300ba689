// Preloaded into every process of the stack: it stops when its runner is gone, so that no process is left behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()

// Files it writes (mail, codes, keys) are readable by the current user only.
process.umask(0o077)
