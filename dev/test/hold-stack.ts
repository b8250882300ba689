// Starts a stack in a process of its own, says so, and holds it: a test kills it as a crash would.
import { startStack } from '../src/start-stack.ts'

const stack = await startStack(JSON.parse(process.argv[2] ?? '{}'))
process.once('SIGTERM', async () => {
  await stack.stop()
  process.exit(0)
})
console.log('up')
