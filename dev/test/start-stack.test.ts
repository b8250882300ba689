import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import * as jose from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPassword } from '../src/embedded/accounts.ts'
import { silentReporter } from '../src/processes/reporter.ts'
import { type Stack, startStack } from '../src/stack/start-stack.ts'
import { watchSources } from '../src/stack/watch-sources.ts'
import { takeOver } from '../src/takeover/takeover-client.ts'
import { rowsOf } from './rows-of.ts'
import { prepareTestStack } from './test-stack.ts'

const { input, ports, remove } = await prepareTestStack()
const lines: string[] = []
const record = (who: string, text: string) => lines.push(`${who}: ${text}`)
let stack: Stack

beforeAll(async () => {
  const report = { ...silentReporter, note: record, warn: record, done: (text: string) => lines.push(text) }
  stack = await startStack({ ...input, debug: '--inspect' }, { report })
}, 90_000)

afterAll(async () => {
  await stack.stop()
  remove()
}, 30_000)

const runStack = fileURLToPath(new URL('./run-stack.ts', import.meta.url))

function cognitoClient(): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    endpoint: stack.environment('user').AWS_COGNITO_ENDPOINT,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })
}

/** Sends the headers unchanged; fetch would set some itself. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const sent = request(url, { headers })
  sent.end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}

const databaseOf = (service: string) => stack.environment(service)[`${service.toUpperCase()}_DATABASE_URL`] ?? ''
const getUserPid = async () => await (await fetch(`http://127.0.0.1:${ports.user}/`)).text()
const get = async (path: string) => await (await fetch(`http://127.0.0.1:${ports.booking}${path}`)).text()

describe('databases', () => {
  test('are migrated before their service starts', async () => {
    expect(await rowsOf(databaseOf('booking'), 'select * from starts')).not.toHaveLength(0)
  })

  test('open to their own role only', async () => {
    const foreign = new URL(databaseOf('booking'))
    foreign.pathname = '/user'
    await expect(rowsOf(foreign.href, 'select 1')).rejects.toThrow('permission denied for database "user"')
    foreign.pathname = '/postgres'
    await expect(rowsOf(foreign.href, 'select 1')).rejects.toThrow('permission denied for database "postgres"')
  })
})

describe('Cognito', () => {
  const cognito = cognitoClient

  async function signIn(email: string, password: string): Promise<jose.JWTPayload> {
    const { AWS_COGNITO_CLIENT_ID: ClientId, AWS_COGNITO_ISSUER: issuer = '' } = stack.environment('user')
    const AuthParameters = { USERNAME: email, PASSWORD: password }
    const answer = await cognito().send(
      new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters }),
    )
    const keys = jose.createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const { payload } = await jose.jwtVerify(answer.AuthenticationResult?.AccessToken ?? '', keys, { issuer })
    return payload
  }

  test('signs in every demo account with its groups', async () => {
    expect(await signIn('admin@tikitu.example', demoPassword)).toMatchObject({ 'cognito:groups': ['admin', 'user'] })
    expect(await signIn('partner@tikitu.example', demoPassword)).toMatchObject({
      'cognito:groups': ['partner', 'user'],
    })
    expect(await signIn('fan@tikitu.example', demoPassword)).toMatchObject({ 'cognito:groups': ['user'] })
  })

  test('responds to programs on this machine, but not to web pages', async () => {
    const endpoint = stack.environment('user').AWS_COGNITO_ENDPOINT ?? ''
    const { port } = new URL(endpoint)
    expect(await statusOf(`${endpoint}/health`, {})).toBe(200)
    expect(await statusOf(`${endpoint}/health`, { origin: 'https://evil.example' })).toBe(403)
    expect(await statusOf(`${endpoint}/health`, { host: `evil.example:${port}` })).toBe(403)
  })

  test('does not sign with the public key pair of its package', async () => {
    const { AWS_COGNITO_ISSUER: issuer } = stack.environment('user')
    const { keys } = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as jose.JSONWebKeySet
    expect(keys[0]?.n).not.toMatch(/^2uLO7yh1_6Icfd89V3nNTc_qhfpDN7vEmOYl/)
  })

  test('refuses a password that Amazon’s policy refuses, and sends a second code on request', async () => {
    const { AWS_COGNITO_CLIENT_ID: ClientId } = stack.environment('user')
    const Username = `again-${Date.now()}@tikitu.example`
    const weak = cognito().send(new SignUpCommand({ ClientId, Username, Password: 'weakpassword' }))
    await expect(weak).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    await cognito().send(new SignUpCommand({ ClientId, Username, Password: 'Secret-pass-1' }))
    await cognito().send(new ResendConfirmationCodeCommand({ ClientId, Username }))
    const mails = (await (await fetch(`${stack.mailboxUrl}/api/email`)).json()) as { to: { address: string }[] }[]
    expect(mails.filter(({ to }) => to[0]?.address === Username)).toHaveLength(2)
  })

  test('mails the code that confirms a new account', async () => {
    const { AWS_COGNITO_CLIENT_ID: ClientId } = stack.environment('user')
    const Username = `new-${Date.now()}@tikitu.example`
    await cognito().send(new SignUpCommand({ ClientId, Username, Password: 'Secret-pass-1' }))
    const mails = (await (await fetch(`${stack.mailboxUrl}/api/email`)).json()) as {
      text: string
      to: { address: string }[]
    }[]
    const code = mails.find(({ to }) => to[0]?.address === Username)?.text.match(/\d{6}/)?.[0]
    await cognito().send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: code }))
    expect(await signIn(Username, 'Secret-pass-1')).toMatchObject({ token_use: 'access' })
  })
})

describe('the mailbox', () => {
  test('shows its mail to its own page only', async () => {
    const url = stack.mailboxUrl ?? ''
    expect(await statusOf(`${url}/`, {})).toBe(200)
    expect(await statusOf(`${url}/api/email`, { origin: url })).toBe(200)
    expect(await statusOf(`${url}/api/email`, { origin: 'https://evil.example' })).toBe(403)
    expect(await statusOf(`${url}/api/email`, { host: `evil.example:${ports.mailbox}` })).toBe(403)
  })
})

describe('the state folder', () => {
  test('is accessible to its owner only, and so is each mail, log and secret', async () => {
    const { AWS_COGNITO_CLIENT_ID: ClientId } = stack.environment('user')
    const command = new SignUpCommand({
      ClientId,
      Username: `mode-${Date.now()}@tikitu.example`,
      Password: 'Secret-pass-1',
    })
    await cognitoClient().send(command)
    const folder = join(input.root, '.tikitu')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const privateFiles = files.filter((file) => /\.(eml|log|json)$/.test(file))
    expect(privateFiles.some((file) => file.endsWith('.eml'))).toBe(true)
    const modes = ['', ...privateFiles].map((file) => [file, (statSync(join(folder, file)).mode & 0o077).toString(8)])
    expect(modes.filter(([, mode]) => mode !== '0')).toEqual([])
  })
})

describe('the runner', () => {
  test('restarts a killed service, and reports its end and its return', async () => {
    const before = await get('/')
    await stack.process('booking').kill()
    await stack.process('booking').ready()
    expect(await get('/')).not.toBe(before)
    await expect.poll(() => lines).toContain('booking: is back')
    expect(lines.find((line) => line.startsWith('booking: ended (SIGKILL); restarting in'))).toBeDefined()
  })

  test('reports which databases it created and migrated', () => {
    expect(lines).toEqual(expect.arrayContaining(['databases created: booking, user', "user's database is up to date"]))
  })

  test('gives each service a debugger on its own port, and reports it', async () => {
    const started = stack.settings.started.map(({ name }) => name)
    const open = started.map((name) => fetch(`http://127.0.0.1:${ports[`${name} debugger`]}/json/version`))
    expect((await Promise.all(open)).map(({ ok }) => ok)).toEqual([true, true, true])
    expect(lines.find((line) => line.startsWith('booking: Debugger listening on ws://127.0.0.1:'))).toBeDefined()
  })

  test('lets a second runner take over a service, refuses a third one, and restarts the service at the end', async () => {
    const own = await get('/')
    const second = await startStack({ ...input, only: ['booking'] })
    const other = await get('/')
    expect(other).not.toBe(own)
    expect([stack.isTakenOver('booking'), stack.isTakenOver('user')]).toEqual([true, false])
    const third = startStack({ ...input, only: ['booking'] })
    await expect(third).rejects.toThrow(`booking cannot be taken over from the running stack: process ${process.pid}`)
    await second.stop()
    await expect.poll(() => get('/').catch(() => other), { timeout: 10_000 }).not.toBe(other)
    await expect.poll(() => lines).toContain('booking: is back in this stack')
  })

  test('restarts a service when the runner that took it over is killed', async () => {
    const runner = spawn(process.execPath, [runStack, JSON.stringify({ ...input, only: ['booking'] })])
    await once(runner.stdout, 'data')
    const other = await get('/')
    runner.kill('SIGKILL')
    await expect.poll(() => get('/').catch(() => other), { timeout: 10_000 }).not.toBe(other)
    expect(stack.isTakenOver('booking')).toBe(false)
  })

  test('refuses a takeover with a wrong token', async () => {
    const { takeover } = JSON.parse(readFileSync(join(input.root, '.tikitu', 'run.json'), 'utf8'))
    const before = await get('/')
    const request = takeOver({ ...takeover, token: 'guessed' }, ['booking'])
    await expect(request).rejects.toThrow('did not respond to the takeover of booking')
    expect(await get('/')).toBe(before)
  })

  test('restarts a killed Postgres with its data', async () => {
    const before = await rowsOf(databaseOf('booking'), 'select * from starts')
    await stack.process('postgres').kill()
    await stack.process('postgres').ready()
    expect(await rowsOf(databaseOf('booking'), 'select * from starts')).toEqual(before)
  })

  test('passes a service its own secrets only', async () => {
    const environment = JSON.parse(await get('/environment'))
    expect(environment).toHaveProperty('BOOKING_REQUEST_KEYS')
    expect(environment).toHaveProperty('USER_SERVICE_URL')
    expect(environment).not.toHaveProperty('A_TOKEN_OF_THE_SHELL')
    expect(Object.keys(environment).filter((name) => /^USER_.*(KEY|DATABASE)/.test(name))).toEqual([])
  })

  test('restarts only the service whose sources change', async () => {
    const [booking, user] = [await get('/'), await getUserPid()]
    const watching = watchSources(stack, silentReporter)
    appendFileSync(join(input.root, 'subgraphs/booking/src/main.ts'), '// changed')
    await expect.poll(() => get('/').catch(() => booking), { timeout: 10_000 }).not.toBe(booking)
    watching.close()
    expect(await getUserPid()).toBe(user)
  })

  test('recomposes the graph when a schema changes', async () => {
    mkdirSync(join(input.root, 'schema'), { recursive: true })
    writeFileSync(
      join(input.root, 'schema/compose.ts'),
      `import fs from 'node:fs'; fs.writeFileSync('schema/composed', '')`,
    )
    const watching = watchSources(stack, silentReporter)
    writeFileSync(join(input.root, 'subgraphs/user/schema.graphql'), 'type Query { me: ID }')
    await expect.poll(() => existsSync(join(input.root, 'schema/composed')), { timeout: 10_000 }).toBe(true)
    watching.close()
    await stack.process('user').ready()
  })

  test('refuses to start twice on one state folder', async () => {
    const second = spawnSync(process.execPath, [runStack, JSON.stringify(input)], { encoding: 'utf8' })
    expect(second.stderr).toContain(`is already running from this folder (process ${process.pid})`)
  })
})
