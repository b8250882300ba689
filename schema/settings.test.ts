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

test('customers are sent back to https pages and apps of a name, and to nothing that a browser runs', () => {
  const { type } = configKeys['payment.returnUrls']
  const good = ['https://tickets.example', 'https://tickets.example:8443', 'com.example.tickets:']
  expect(type.parse(good)).toEqual(good)
  for (const bad of [
    'http://tickets.example',
    'https://tickets.example/',
    'https://tickets.example/paid',
    'https://*.example',
    '*',
    'javascript:',
    'data:',
    'intent:',
    'com.example.tickets',
    'https:',
    '',
  ])
    expect(type.safeParse([bad]).success, bad).toBe(false)
})
