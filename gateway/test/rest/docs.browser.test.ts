import chromium from '@sparticuz/chromium'
import { type Browser, chromium as launcher, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPool, type TestPool } from '../pool.ts'
import { startTikitu, type TikituGateway } from './tikitu-graph.ts'

const account = { email: 'fan@tikitu.example', password: 'Tikitu-demo-1' }
let pool: TestPool
let gateway: TikituGateway
let browser: Browser
let page: Page
const requested: string[] = []
const problems: string[] = []

beforeAll(async () => {
  pool = await startPool()
  gateway = await startTikitu(pool, { explorers: true, demoAccounts: [account] })
  browser = await launcher.launch({
    executablePath: await chromium.executablePath(),
    // In single-process mode, leaving or closing a page ends the browser.
    args: [...chromium.args.filter((argument) => argument !== '--single-process'), '--no-sandbox'],
    headless: true,
  })
  page = await browser.newPage()
  page.on('request', (request) => requested.push(request.url()))
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(`${gateway.url}/api/docs`)
  await page.waitForSelector('.opblock-tag', { timeout: 30_000 })
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await gateway.close()
  pool.close()
})

test('the page shows the endpoints by group, and loads nothing from elsewhere', async () => {
  expect(await page.locator('.opblock-tag').count()).toBe(7)
  const elsewhere = requested.filter((url) => !url.startsWith(gateway.url) && !url.startsWith('data:'))
  expect(elsewhere).toEqual([])
  expect(problems).toEqual([])
}, 30_000)

test('after a click on an account, requests of the page carry its token', async () => {
  const accessToken = await pool.token()
  const session = {
    userId: 'usr_1',
    accessToken,
    idToken: 'i',
    refreshToken: 'r',
    expiresAt: '2099-01-01T00:00:00.000Z',
  }
  gateway.answers.set('signIn', { __typename: 'Session', ...session })
  await page.getByText(`Sign in as ${account.email}`).click()
  await page.getByText(`Signed in as ${account.email}.`).waitFor({ timeout: 10_000 })
  await page.locator('#operations-tag-user').click()
  await page.locator('#operations-user-me').click()
  await page.locator('#operations-user-me .try-out__btn').click()
  const sent = page.waitForRequest(`${gateway.url}/api/v1/user/profile`)
  await page.locator('#operations-user-me .execute').click()
  expect((await sent).headers()['authorization']).toBe(`Bearer ${accessToken}`)
}, 60_000)
