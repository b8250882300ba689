import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../stack/repository.ts'
import { gateway, subgraphs } from '../stack/services.ts'
import { embeddedServices } from '../stack/settings.ts'
import { isPassedTo } from './passed-variables.ts'

/** The variables declared in a source as `NAME: z.string()`. */
function variablesIn(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8')
  return [...source.matchAll(/^\s+([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+):(?! ')/gm)].map(([, name]) => name ?? '')
}

const example = readFileSync(join(root, '.env.example'), 'utf8')
const described = new Set([...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name))

test('.env.example describes every variable that a process reads', () => {
  const own = globSync(['gateway/src/env.ts', 'subgraphs/*/src/env.ts'], { cwd: root }).flatMap(variablesIn)
  const common = ['SERVICE_PORT', 'SERVICE_URL', 'DATABASE_URL', 'REQUEST_KEYS', 'SERVICE_KEY_FILE']
  const ofServices = subgraphs.flatMap(({ prefix }) => common.map((name) => `${prefix}_${name}`))
  const wanted = [...own, ...ofServices, ...embeddedServices.map(({ variable }) => variable)]
  expect(wanted.filter((name) => !described.has(name))).toEqual([])
})

test('.env.example can be copied unchanged: nothing in it turns an embedded service off', () => {
  const externalService = /^(?:[A-Z]+_DATABASE_URL|AWS_COGNITO_USER_POOL_ID|SMTP_URL)=.+/gm
  expect(example.match(externalService)).toBeNull()
})

test('a service gets every variable that it reads, and no secret of another', () => {
  const services = [...subgraphs, gateway]
  const missing = services.flatMap((service) =>
    variablesIn(`${service.folder}/src/env.ts`).filter((name) => !isPassedTo(service, name)),
  )
  expect(missing).toEqual([])
  const secrets = ['GITHUB_TOKEN', 'STRIPE_KEY', 'USER_DATABASE_URL', 'PAYMENT_REQUEST_KEYS', 'AWS_SECRET_ACCESS_KEY']
  const booking = subgraphs.find(({ name }) => name === 'booking')
  expect(secrets.filter((name) => booking && isPassedTo(booking, name))).toEqual([])
  expect(isPassedTo(gateway, 'AWS_COGNITO_CLIENT_SECRET')).toBe(false)
})
