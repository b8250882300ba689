// Runs a stack in its own process, so that a test can kill it.
import { startStack } from '../src/stack/start-stack.ts'

const stack = await startStack(JSON.parse(process.argv[2] ?? '{}'))
process.once('SIGTERM', async () => {
  await stack.stop()
  process.exit(0)
})
console.log('up')
