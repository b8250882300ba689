import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePorts } from '../src/ports.ts'
import { root as repository } from '../src/repository.ts'
import type { Ports } from '../src/services.ts'
import { parts, type SettingsInput } from '../src/settings.ts'
import { writeFakeServices } from './fake-services.ts'

/** A folder with small services of its own, and free ports for all of them: a stack that disturbs nobody. */
export async function prepareTryStack(): Promise<{ input: SettingsInput; ports: Ports; remove: () => void }> {
  const folder = join(repository, '.tikitu', 'tests')
  mkdirSync(folder, { recursive: true })
  const root = mkdtempSync(join(folder, 'runner-'))
  const services = writeFakeServices(root)
  const debuggers = services.map(({ name }) => `${name} debugger`)
  const names = [...[...parts, ...services].map(({ name }) => name), ...debuggers]
  const free = await findFreePorts(names.length)
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, A_TOKEN_OF_THE_SHELL: 'secret' }
  return { input: { root, services, ports, env }, ports, remove: () => rmSync(root, { recursive: true, force: true }) }
}
