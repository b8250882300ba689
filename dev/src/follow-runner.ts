// Loaded into every process of the stack: a process whose runner is gone stops by itself, so that nothing is left behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()

// What it writes (mail, codes, keys) is for whoever runs it.
process.umask(0o077)
