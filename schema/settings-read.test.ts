import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { configKeys } from './config.ts'
import { serviceFlags } from './flags.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = globSync('subgraphs/*/src/{*.ts,domain/**/*.ts}', { cwd: root })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(`${root}/${path}`, 'utf8'))

test.each([...Object.keys(configKeys), ...Object.keys(serviceFlags)])('%s is read by a service', (key) => {
  expect(sources.some((text) => text.includes(`'${key}'`))).toBe(true)
})
