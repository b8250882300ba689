import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { demoPassword } from '../src/accounts.ts'
import { findFreePorts } from '../src/ports.ts'
import { root } from '../src/repository.ts'
import { gateway, subgraphs } from '../src/services.ts'
import { parts } from '../src/settings.ts'
import { type Stack, startStack } from '../src/start-stack.ts'
import type { World } from '../src/story/world.ts'
import { shopOrigin } from './packed-client/shop-origin.ts'

/** The whole platform in real processes, on free ports and with a state of its own, beside whatever else runs. */
export async function startPlatform(): Promise<{ stack: Stack; end: () => Promise<void> }> {
  const folder = join(root, '.tikitu', 'tests')
  mkdirSync(folder, { recursive: true })
  const stateDir = mkdtempSync(join(folder, 'platform-'))
  const names = [...parts, ...subgraphs, gateway].map(({ name }) => name)
  const free = await findFreePorts(names.length)
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, LOG_LEVEL: 'warn', GATEWAY_CORS_ORIGINS: shopOrigin }
  const stack = await startStack({ root, stateDir, ports, env })
  return {
    stack,
    async end() {
      await stack.stop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

/** A place for a story to happen on it. */
export function worldOf(stack: Stack, unique: string, steps: string[] = []): World {
  return {
    graphUrl: stack.graphUrl,
    mailboxUrl: stack.mailboxUrl ?? '',
    unique,
    adminPassword: demoPassword,
    tell: (step) => steps.push(step),
  }
}
