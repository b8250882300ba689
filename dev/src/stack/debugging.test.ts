import { expect, test } from 'vitest'
import { debuggerPort, debugOptions } from './debugging.ts'
import { gateway, subgraphs } from './services.ts'
import { decideSettings } from './settings.ts'

const settingsOf = (NODE_OPTIONS: string) => decideSettings({ root: '/nowhere', env: { NODE_OPTIONS } })

test.each(['--inspect', '--inspect=0', '--inspect=127.0.0.1:9400', '--inspect-brk', '--inspect-port=9300 --inspect'])(
  'NODE_OPTIONS=%s turns debuggers on, and its flag is not passed to services',
  (flag) => {
    expect(settingsOf(`--no-warnings ${flag} --max-old-space-size=500`)).toMatchObject({
      debug: '--inspect',
      userEnv: { NODE_OPTIONS: expect.stringMatching(/^--no-warnings\s+--max-old-space-size=500$/) },
    })
  },
)

test('without a flag no service has a debugger', () => {
  expect(settingsOf('--no-warnings')).toMatchObject({ debug: null, userEnv: { NODE_OPTIONS: '--no-warnings' } })
})

test('every service has its own debugger port, other than those of npm and the runner', () => {
  const ports = [gateway, ...subgraphs].map((service) => debuggerPort({}, service))
  expect(ports).toEqual([9230, 9231, 9232, 9233, 9234, 9235, 9236])
  expect(debugOptions('--inspect', 9235, '--no-warnings')).toBe('--no-warnings --inspect=127.0.0.1:9235')
})
