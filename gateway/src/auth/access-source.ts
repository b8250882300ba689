import { accessChangesPath, accessSubjectPath } from '@tikitu/kit/access/access-routes'
import type { AccessChanges } from '@tikitu/kit/access/access-watch'
import { type AccessSubject, accountStatuses } from '@tikitu/kit/auth/admission'
import { type RequestKey, signRequest } from '@tikitu/kit/auth/request-signatures'
import { anonymous, staffRoles, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import { Agent, request } from 'undici'
import { z } from 'zod'

/** A service that owns rights of users. */
export interface AccessSource {
  name: string
  /** The rights of a user. @throws when the service does not answer in time */
  describe: (viewer: UserViewer) => Promise<AccessSubject>
  /** Waits for changes after a cursor. @throws when the service does not answer */
  changes: (cursor: string | null, signal: AbortSignal) => Promise<AccessChanges>
  close: () => Promise<void>
}

export interface AccessSourceOptions {
  name: string
  url: string
  keys: readonly RequestKey[]
}

const describeTimeoutMs = 2_500
/** The service answers within 20 s, even when nothing changes. */
const changesTimeoutMs = 30_000

const subject = z.object({
  userId: z.string(),
  accountStatus: z.enum(accountStatuses),
  accountVersion: z.int(),
  staffRole: z.enum(staffRoles).nullable(),
  staffVersion: z.int(),
})
const changes = z.object({ cursor: z.string(), subjects: z.array(subject) })

/** A service's rights API, over its own connections, so that it does not queue behind client requests. */
export function createAccessSource({ name, url, keys }: AccessSourceOptions): AccessSource {
  const key = keys[0]
  if (!key) throw new Error(`there is no key for requests to ${name}`)
  const dispatcher = new Agent({ connections: 16, connect: { timeout: 1_000 } })
  const ask = async (
    path: string,
    { body, viewer, signal }: { body: string; viewer: Viewer; signal: AbortSignal },
  ): Promise<unknown> => {
    const signed = signRequest({ method: 'POST', path, body }, viewer, { key, now: new Date() })
    const headers = { 'content-type': 'application/json', ...signed }
    const answer = await request(`${url}${path}`, { method: 'POST', headers, body, signal, dispatcher })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`${name} answered ${answer.statusCode}: ${text.slice(0, 200)}`)
    return JSON.parse(text)
  }
  return {
    name,
    describe: async (viewer) => {
      const signal = AbortSignal.timeout(describeTimeoutMs)
      return subject.parse(await ask(accessSubjectPath, { body: '{}', viewer, signal }))
    },
    changes: async (cursor, closing) => {
      const signal = AbortSignal.any([closing, AbortSignal.timeout(changesTimeoutMs)])
      return changes.parse(
        await ask(accessChangesPath, { body: JSON.stringify({ cursor }), viewer: anonymous, signal }),
      )
    },
    close: () => dispatcher.destroy(),
  }
}
