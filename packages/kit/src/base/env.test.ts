import { expect, test } from 'vitest'
import { EnvError, hostNamesOf, httpUrl, listening, port, postgresUrl, readEnv } from './env.ts'

const shape = { PORT: port, DATABASE_URL: postgresUrl, PEER_URL: httpUrl.default('http://127.0.0.1:3005') }

test('reads values and fills in defaults', () => {
  const env = readEnv(shape, { PORT: '3001', DATABASE_URL: 'postgres://a@b/c', PEER_URL: '' })
  expect(env).toEqual({ PORT: 3001, DATABASE_URL: 'postgres://a@b/c', PEER_URL: 'http://127.0.0.1:3005' })
})

test('names every mistake at once', () => {
  const read = () => readEnv(shape, { PORT: '99999', PEER_URL: 'ftp://x' })
  expect(read).toThrow(EnvError)
  expect(read).toThrow(/PORT[\s\S]*DATABASE_URL[\s\S]*PEER_URL/)
})

test('takes the slash off the end of an address', () => {
  expect(readEnv({ URL: httpUrl }, { URL: 'https://a.example/x/' })).toEqual({ URL: 'https://a.example/x' })
})

test('does not listen beyond its machine unless it is told what it is', () => {
  const read = (source: Record<string, string>) => readEnv(listening, source)
  expect(() => read({ HOST: '0.0.0.0' })).toThrow(/NODE_ENV: is not set, and HOST is 0\.0\.0\.0/)
  expect(() => read({ HOST: '::', NODE_ENV: 'development' })).toThrow(/NODE_ENV: is development/)
  expect(() => read({ HOST: 'tickets.example', NODE_ENV: 'test' })).toThrow(EnvError)
  expect(read({ HOST: '0.0.0.0', NODE_ENV: 'production' }).HOST).toBe('0.0.0.0')
  expect(read({ HOST: '0.0.0.0', DEVELOPMENT_BEYOND_LOOPBACK: 'yes' }).NODE_ENV).toBe('development')
  expect(read({}).HOST).toBe('127.0.0.1')
})

test('answers to the names of its machine, where only that reaches it and nothing else is said', () => {
  const names = (source: Record<string, string>) => hostNamesOf(readEnv(listening, source))
  expect(names({})).toEqual(['localhost', '127.0.0.1', '[::1]'])
  expect(names({ HOST_NAMES: 'tickets.test, localhost' })).toEqual(['tickets.test', 'localhost'])
  expect(names({ HOST_NAMES: '*' })).toBeNull()
  expect(names({ NODE_ENV: 'production' })).toBeNull()
  expect(names({ HOST: '0.0.0.0', NODE_ENV: 'production' })).toBeNull()
})
