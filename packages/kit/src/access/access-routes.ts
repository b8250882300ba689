import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { AccessSubject } from '../auth/admission.ts'
import { type RequestKey, verifyRequest } from '../auth/request-signatures.ts'
import type { UserViewer, Viewer } from '../auth/viewer.ts'
import { type Route, readBody, sendJson } from '../base/http.ts'
import type { AccessWatch } from './access-watch.ts'

/** Path at which the gateway reads the rights of the caller of the signed request. */
export const accessSubjectPath = '/access/subject'
/** Path at which the gateway long-polls for users whose rights have changed. */
export const accessChangesPath = '/access/changes'

export interface AccessRoutesOptions {
  access: AccessWatch
  requestKeys: readonly RequestKey[]
  /** The part of a caller's rights that this service decides. */
  describe: (viewer: UserViewer) => Promise<Partial<AccessSubject>>
}

const maxBytes = 10_000
/** Below the response timeout of the gateway and of proxies. */
const maxWaitMs = 20_000
const changesQuestion = z.object({ cursor: z.string().max(100).nullable() })

/** The gateway's endpoints about rights. They accept only requests that it signed. */
export function accessRoutes({ access, requestKeys, describe }: AccessRoutesOptions): Record<string, Route> {
  return {
    [`POST ${accessSubjectPath}`]: async (request, response) => {
      const { viewer } = await readSigned(request, requestKeys)
      if (viewer.kind !== 'user') return sendJson(response, 400, { error: 'the claims name no user' })
      const decided = await describe(viewer)
      sendJson(response, 200, { ...(await access.find(viewer.userId)), ...decided })
    },
    [`POST ${accessChangesPath}`]: async (request, response) => {
      const { body } = await readSigned(request, requestKeys)
      const question = changesQuestion.safeParse(JSON.parse(body))
      if (!question.success) return sendJson(response, 400, { error: question.error.message })
      const { cursor } = question.data
      const changes = await access.changesSince(cursor)
      if (changes.cursor !== cursor) return sendJson(response, 200, changes)
      await access.waitForChange(maxWaitMs)
      sendJson(response, 200, await access.changesSince(cursor))
    },
  }
}

/** @throws {SignatureRefused} */
async function readSigned(
  request: IncomingMessage,
  keys: readonly RequestKey[],
): Promise<{ viewer: Viewer; body: string }> {
  const body = await readBody(request, maxBytes)
  const path = request.url ?? ''
  const viewer = verifyRequest({ method: 'POST', path, body, headers: request.headers }, keys, new Date())
  return { viewer, body: body.toString() }
}
