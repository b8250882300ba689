import chromium from '@sparticuz/chromium'
import { type Browser, chromium as launcher, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { createFeed } from './live/feed.ts'
import { type LiveContext, type LiveSubgraph, startLiveSubgraph } from './live/live-subgraph.ts'
import { startPool, type TestPool } from './pool.ts'

const sdl = `${common}
type Query { whoami: String! @public }
type Subscription { watched: String! @public }
type Mutation {
  signIn(input: SignInInput!): SignInResult! @public
  refreshSession(input: RefreshSessionInput!): RefreshSessionResult! @public
}
input RefreshSessionInput { refreshToken: String! @constraint(maxLength: 8192) }
union RefreshSessionResult = Session | SessionEnded
type SessionEnded implements Refusal { code: RefusalCode! message: String! }
input SignInInput { email: EmailAddress! password: String! }
union SignInResult = Session | SignInRefused
type Session { accessToken: String! idToken: String! refreshToken: String! expiresAt: DateTime! }
type SignInRefused implements Refusal { code: RefusalCode! message: String! }
extend enum RefusalCode { SESSION_ENDED SIGN_IN_REFUSED }`

const account = { email: 'fan@tikitu.example', password: 'Tikitu-demo-1' }
const place = createFeed('stalls')
let pool: TestPool
let subgraph: LiveSubgraph
let gateway: TestGateway
let browser: Browser
let page: Page
/** How long the next sessions last, and how many of them may be renewed. */
const sessions = { lastMs: 3_600_000, renewable: 1, renewed: 0 }
const requested: string[] = []
const problems: string[] = []

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startLiveSubgraph('user', sdl, resolvers())
  gateway = await startGateway([subgraph], pool, {
    explorers: true,
    demoAccounts: [account],
    explorerTabs: [
      { query: '# Who are you?\nquery Ask { whoami }', variables: '' },
      { query: 'query Again { whoami }', variables: '' },
    ],
    limits: wide,
  })
  browser = await launcher.launch({
    executablePath: await chromium.executablePath(),
    // In single-process mode, leaving or closing a page ends the browser.
    args: [...chromium.args.filter((argument) => argument !== '--single-process'), '--no-sandbox'],
    headless: true,
  })
  page = await openPage(`/graphiql?query=${encodeURIComponent('{ whoami }')}`)
  await page.waitForSelector('.graphiql-container', { timeout: 30_000 })
}, 90_000)

/** A page in a new browser context. */
async function openPage(path: string): Promise<Page> {
  const opened = await browser.newPage()
  opened.on('request', (request) => requested.push(request.url()))
  opened.on('pageerror', (error) => problems.push(String(error)))
  opened.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await opened.goto(`${gateway.url}${path}`)
  return opened
}

afterAll(async () => {
  await browser?.close()
  await gateway.close()
  subgraph.close()
  pool.close()
})

const wide = { tokens: 4_000, depth: 16, height: 1_000, aliases: 30, rootFields: 20, directives: 50, recursion: 50 }

function resolvers() {
  const signIn = async (_: unknown, { input }: { input: { email: string; password: string } }) => {
    if (input.password !== account.password)
      return { __typename: 'SignInRefused', code: 'SIGN_IN_REFUSED', message: 'Wrong e-mail or password.' }
    return await newSession()
  }
  const refreshSession = async () => {
    sessions.renewed++
    if (sessions.renewable-- > 0) return await newSession()
    return { __typename: 'SessionEnded', code: 'SESSION_ENDED', message: 'The session has ended.' }
  }
  const whoami = (_: unknown, __: unknown, { viewer }: LiveContext) =>
    viewer.kind === 'user' ? viewer.userId : 'nobody'
  const watched = {
    subscribe: () => place.watch(),
    resolve: (value: string, _: unknown, { viewer }: LiveContext) =>
      `${value}-${viewer.kind === 'user' ? viewer.userId : 'nobody'}`,
  }
  return { Query: { whoami }, Mutation: { signIn, refreshSession }, Subscription: { watched } }
}

async function newSession() {
  const accessToken = await pool.token()
  const expiresAt = new Date(Date.now() + sessions.lastMs).toISOString()
  return { __typename: 'Session', accessToken, idToken: accessToken, refreshToken: 'r', expiresAt }
}

/** Runs the operation in the editor by keyboard. */
async function runOnPage(): Promise<void> {
  await page.locator('.graphiql-editor .monaco-editor').first().click()
  await page.keyboard.press('Control+Enter')
}

const answerText = () => page.locator('.graphiql-response .view-lines').textContent()
const statusText = () => page.locator('#sign-in output').textContent()

test('runs the operation of a link anonymously', async () => {
  expect(await statusText()).toBe('You are anonymous.')
  await runOnPage()
  await expect.poll(answerText, { timeout: 10_000 }).toContain('nobody')
})

test('signs in with one click, and sends requests as that user', async () => {
  await page.getByRole('button', { name: 'fan', exact: true }).click()
  await expect.poll(statusText).toBe('You are fan@tikitu.example.')
  await runOnPage()
  await expect.poll(answerText, { timeout: 10_000 }).toContain('usr_')
})

test('shows the schema and its descriptions', async () => {
  await page.getByRole('button', { name: /Documentation Explorer/ }).click()
  await expect.poll(async () => await page.locator('.graphiql-doc-explorer').textContent()).toContain('Query')
})

test('shows the events of a subscription as the signed-in user, until it is stopped', async () => {
  await page.locator('.graphiql-editor .monaco-editor').first().click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText('subscription { watched }')
  await page.keyboard.press('Control+Enter')
  await expect.poll(answerText, { timeout: 10_000 }).toContain('stalls-usr_')
  place.set('circle')
  await expect.poll(answerText).toContain('circle-usr_')
  await page.locator('.graphiql-execute-button').click()
  await expect.poll(() => [place.watchers(), gateway.gateway.subscriptionCounts().streams]).toEqual([0, 0])
})

test('shows why a sign-in failed', async () => {
  await page.locator('#sign-in input[type=email]').fill('fan@tikitu.example')
  await page.locator('#sign-in input[type=password]').fill('wrong')
  await page.locator('#sign-in').getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect.poll(statusText).toBe('You are anonymous: Wrong e-mail or password.')
})

test('shows the tabs on a first visit, and keeps the sign-in after a reload', async () => {
  await page.close()
  page = await openPage('/graphiql')
  await page.waitForSelector('.graphiql-tab')
  expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(['Ask', 'Again'])
  await page.getByRole('button', { name: 'fan', exact: true }).click()
  await expect.poll(statusText).toBe('You are fan@tikitu.example.')
  await page.reload()
  await page.waitForSelector('.graphiql-tab')
  expect(await statusText()).toBe('You are fan@tikitu.example.')
  await runOnPage()
  await expect.poll(answerText, { timeout: 10_000 }).toContain('usr_')
}, 60_000)

test('renews a session before it expires, and reports its end', async () => {
  sessions.lastMs = 1_000
  await page.getByRole('button', { name: 'fan', exact: true }).click()
  await expect.poll(statusText).toBe('You are fan@tikitu.example.')
  await runOnPage()
  await expect.poll(() => sessions.renewed).toBe(1)
  expect(await statusText()).toBe('You are fan@tikitu.example.')
  await runOnPage()
  const ended = 'You are anonymous: the session of fan@tikitu.example has ended: The session has ended.'
  await expect.poll(statusText).toBe(ended)
  await expect.poll(answerText, { timeout: 10_000 }).toContain('nobody')
}, 60_000)

test('requests nothing from other origins, and logs no error', () => {
  const elsewhere = requested.filter(
    (url) => !url.startsWith(gateway.url) && !url.startsWith('data:') && !url.startsWith('blob:'),
  )
  expect(elsewhere).toEqual([])
  expect(problems).toEqual([])
})
