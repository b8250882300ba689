import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import jpeg from 'jpeg-js'
import readQr from 'jsqr'
import { PNG } from 'pngjs'
import { create } from 'qrcode'
import { expect, onTestFinished, test } from 'vitest'
import { photograph } from '../test/photograph.ts'
import { sampleCode } from '../test/samples.ts'
import { renderQrPng, renderQrSvg } from './qr.ts'

function decode({ data, width, height }: { data: Uint8Array; width: number; height: number }): string | undefined {
  return readQr.default(new Uint8ClampedArray(data), width, height)?.data
}

test('a ticket code fits a QR of version 7, and is read back from the PNG as any other text is', async () => {
  expect(create(sampleCode, { errorCorrectionLevel: 'M' }).version).toBe(7)
  expect(decode(PNG.sync.read(await renderQrPng(sampleCode)))).toBe(sampleCode)
  expect(decode(PNG.sync.read(await renderQrPng('Jalan Čmárá 7 · 東京')))).toBe('Jalan Čmárá 7 · 東京')
})

test('the SVG can be put into a page at any size, and holds nothing but the drawing', async () => {
  const svg = await renderQrSvg('<script>&')
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/)
  expect(svg).not.toContain('script')
})

test('it is read from a small, blurred photograph', async () => {
  const photo = jpeg.decode(await photoOf(sampleCode), { useTArray: true })
  expect(photo.width).toBe(260)
  expect(decode(photo)).toBe(sampleCode)
})

const hasZbar = spawnSync('zbarimg', ['--version']).status === 0

test.skipIf(!hasZbar)('zbar reads the same photograph (skipped where zbarimg is not installed)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qr-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'photo.jpg')
  writeFileSync(file, await photoOf(sampleCode))
  expect(execFileSync('zbarimg', ['--raw', '--quiet', file], { encoding: 'utf8' }).trim()).toBe(sampleCode)
})

/** 260 pixels wide, out of focus, grey, and compressed hard. */
async function photoOf(code: string): Promise<Buffer> {
  const picture = photograph(PNG.sync.read(await renderQrPng(code)), { width: 260, blur: 2 })
  return jpeg.encode(picture, 35).data
}
