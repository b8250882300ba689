import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoContext } from '../src/demo/demo-context.ts'
import { demoPassword } from '../src/embedded/accounts.ts'
import { findFreePorts } from '../src/stack/ports.ts'
import { root } from '../src/stack/repository.ts'
import { gateway, subgraphs } from '../src/stack/services.ts'
import { embeddedServices } from '../src/stack/settings.ts'
import { type Stack, startStack } from '../src/stack/start-stack.ts'
import { shopOrigin } from './packed-client/shop-origin.ts'

/** Starts the whole platform in real processes, on free ports and with its own state folder. `settings` are further variables. */
export async function startPlatform(
  settings: Record<string, string> = {},
): Promise<{ stack: Stack; end: () => Promise<void> }> {
  const folder = join(root, '.tikitu', 'tests')
  mkdirSync(folder, { recursive: true })
  const stateDir = mkdtempSync(join(folder, 'platform-'))
  const names = [...embeddedServices, ...subgraphs, gateway].map(({ name }) => name)
  const free = await findFreePorts(names.length)
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, LOG_LEVEL: 'warn', GATEWAY_CORS_ORIGINS: shopOrigin, ...settings }
  const stack = await startStack({ root, stateDir, ports, env })
  return {
    stack,
    async end() {
      await stack.stop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

/** A demo context for the stack. */
export function demoContextOf(stack: Stack, unique: string, steps: string[] = []): DemoContext {
  return {
    graphUrl: stack.graphUrl,
    mailboxUrl: stack.mailboxUrl ?? '',
    unique,
    adminPassword: demoPassword,
    reportStep: (step) => steps.push(step),
  }
}
