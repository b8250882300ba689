import { execFile } from 'node:child_process'
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import chromium from '@sparticuz/chromium'
import { build, transform } from 'esbuild'
import { chromium as launcher } from 'playwright-core'
import { root } from '../../src/stack/repository.ts'
import { requireInReactNative } from './react-native.ts'
import { shopOrigin } from './shop-origin.ts'

/** The order that an app places. */
export interface Order {
  url: string
  email: string
  password: string
  performanceId: string
}

/** The outcome of an order, and of calls that must fail. */
export interface PurchaseResult {
  seat: string
  total: string
  tickets: { status: string; seatLabel: string }[]
  offline: object
  late: object
  refused: object
}

/** An app in its own folder, with only the packed SDK installed. */
export interface App {
  buyInNode: (order: Order) => Promise<PurchaseResult>
  buyInChromium: (order: Order) => Promise<PurchaseResult>
  buyInReactNative: (order: Order) => Promise<PurchaseResult>
  remove: () => void
}

const exec = promisify(execFile)
const app = fileURLToPath(new URL('buy-ticket.js', import.meta.url))

/** Packs the SDK as it is published, and installs the tarball, without a network. */
export async function installApp(): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), 'tikitu-app-'))
  await exec(process.execPath, [join(root, 'packages/client/build.ts'), join(folder, 'package')])
  await exec('npm', ['pack', './package'], { cwd: folder })
  const [tarball = ''] = globSync('*.tgz', { cwd: folder })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  copyFileSync(app, join(folder, 'buy-ticket.js'))
  await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder })
  return {
    buyInNode: async (order) => await buyInNode(folder, order),
    buyInChromium: async (order) => await buyInChromium(folder, order),
    buyInReactNative: async (order) => await buyInReactNative(folder, order),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function buyInNode(cwd: string, order: Order): Promise<PurchaseResult> {
  const script = `import('./buy-ticket.js')
    .then(({ buyTicket }) => buyTicket(${JSON.stringify(order)}))
    .then((bought) => console.log(JSON.stringify(bought)))`
  const { stdout } = await exec(process.execPath, ['--eval', script], { cwd })
  return JSON.parse(stdout) as PurchaseResult
}

async function buyInChromium(absWorkingDir: string, order: Order): Promise<PurchaseResult> {
  const bundled = await build({
    absWorkingDir,
    entryPoints: ['buy-ticket.js'],
    bundle: true,
    write: false,
    globalName: 'app',
  })
  const executablePath = await chromium.executablePath()
  const browser = await launcher.launch({ executablePath, args: [...chromium.args, '--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.route(`${shopOrigin}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
    await page.goto(shopOrigin)
    await page.addScriptTag({ content: bundled.outputFiles[0]?.text ?? '' })
    return (await page.evaluate(`app.buyTicket(${JSON.stringify(order)})`)) as PurchaseResult
  } finally {
    await browser.close()
  }
}

async function buyInReactNative(folder: string, order: Order): Promise<PurchaseResult> {
  const { code } = await transform(readFileSync(app), { format: 'cjs' })
  const file = join(folder, 'buy-ticket.cjs')
  writeFileSync(file, code)
  const { buyTicket } = requireInReactNative<{ buyTicket: (order: Order) => Promise<PurchaseResult> }>(file)
  return JSON.parse(JSON.stringify(await buyTicket(order))) as PurchaseResult
}
