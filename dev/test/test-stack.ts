import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePorts } from '../src/stack/ports.ts'
import { root as repository } from '../src/stack/repository.ts'
import type { Ports } from '../src/stack/services.ts'
import { embeddedServices, type SettingsInput } from '../src/stack/settings.ts'
import { writeFakeServices } from './fake-services.ts'

/** A temporary folder with fake services and free ports for a stack. */
export async function prepareTestStack(): Promise<{ input: SettingsInput; ports: Ports; remove: () => void }> {
  const folder = join(repository, '.tikitu', 'tests')
  mkdirSync(folder, { recursive: true })
  const root = mkdtempSync(join(folder, 'runner-'))
  const services = writeFakeServices(root)
  const debuggers = services.map(({ name }) => `${name} debugger`)
  const names = [...[...embeddedServices, ...services].map(({ name }) => name), ...debuggers]
  const free = await findFreePorts(names.length)
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, A_TOKEN_OF_THE_SHELL: 'secret' }
  return { input: { root, services, ports, env }, ports, remove: () => rmSync(root, { recursive: true, force: true }) }
}
