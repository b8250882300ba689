import { expect, test } from 'vitest'
import { EnvError, httpUrl, port, postgresUrl, readEnv } from './env.ts'

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
