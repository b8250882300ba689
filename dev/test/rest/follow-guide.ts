import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { waitFor } from '../../src/demo/wait-for.ts'
import { root } from '../../src/stack/repository.ts'
import type { Json } from '../walkthrough.ts'

type Variables = Record<string, string>

/** A step: what its answer must contain, and the variables that the page says to set. Null repeats it. */
interface Step {
  contains?: object
  sets?: (answer: Json) => Variables | null
}

const steps: readonly Step[] = [
  { sets: ({ items: [event] }) => ({ PERFORMANCE: event.performances[0].id }) },
  { sets: ({ tiers: [tier] }) => ({ TIER: tier.id }) },
  { sets: ({ accessToken }) => ({ TOKEN: accessToken }) },
  { contains: { seats: [{}, {}] }, sets: ({ id }) => ({ HOLD: id }) },
  { sets: ({ id, quote }) => ({ BOOKING: id, QUOTE: quote }) },
  { sets: ({ id }) => ({ PAYMENT: id }) },
  { contains: { status: 'REQUIRES_METHOD', lastFailure: { code: expect.any(String) } } },
  { contains: { lastFailure: null } },
  {
    sets: ({ status, tickets: [one, other] }) => (status === 'CONFIRMED' ? { CODE: one.code, OTHER: other.id } : null),
  },
  { contains: { file: expect.stringMatching(/^%PDF-/) } },
  { sets: ({ accessToken }) => ({ SCANNER: accessToken }) },
  { contains: { type: 'Admitted' } },
  { contains: { status: 409, code: 'ALREADY_ADMITTED' } },
  { contains: { type: 'Cancellation' } },
  { contains: { status: 400, fields: [{ field: 'colour' }] } },
]

/** Runs the commands of docs/rest.md in bash, one after the other, and checks each answer. */
export async function followGuide(baseUrl: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tikitu-curl-'))
  const page = readFileSync(join(root, 'docs/rest.md'), 'utf8')
  const [setting = '', ...commands] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  if (commands.length !== steps.length) throw new Error(`The page has ${commands.length} steps, not ${steps.length}.`)
  const api = setting.trim().replace(/^API=http:\/\/localhost:3000/, baseUrl)
  const env: Variables = { PATH: process.env['PATH'] ?? '', API: api }
  try {
    for (const [at, command] of commands.entries()) {
      const set = await waitFor(`step ${at + 1} of docs/rest.md`, async () => {
        const { stdout } = await promisify(execFile)('bash', ['-euc', command], { cwd: folder, env })
        const answer =
          stdout === '' ? { file: readFileSync(join(folder, 'tickets.pdf'), 'latin1') } : JSON.parse(stdout)
        const { contains = {}, sets = () => ({}) } = steps[at] ?? {}
        expect(answer).toMatchObject(contains)
        return sets(answer)
      })
      Object.assign(env, set)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
