import type { IncomingMessage, ServerResponse } from 'node:http'
import { DomainError } from '@tikitu/kit/base/errors'
import type { Route } from '@tikitu/kit/base/http'
import type { Caller } from '@tikitu/kit/context/context'
import { type FileUrls, UrlRefused } from './file-urls.ts'
import { UploadRefused } from './receive-file.ts'
import { refuseFile } from './send-file.ts'

/** A request by a signed URL. */
export interface FileRequest {
  request: IncomingMessage
  response: ServerResponse
  /** Whom the URL was given to, with the rights that they have now. */
  caller: Caller
  /** The last segment of the path. */
  name: string
}

export interface FileRouteOptions {
  urls: FileUrls
  now: () => Date
  /** Metadata of a request. */
  callerOf: (request: IncomingMessage, viewer: Caller['viewer']) => Caller
  /** The caller with their current rights. @throws {DomainError} of a suspended or deleted account */
  admit: (caller: Caller) => Promise<Caller>
}

/** Answers signed URLs only: a wrong one with 403, as one of a suspended account. A refused upload is answered with its status. */
export function fileRoute(options: FileRouteOptions, answer: (incoming: FileRequest) => Promise<void>): Route {
  return async (request, response) => {
    const url = request.url ?? ''
    try {
      const viewer = options.urls.verify({ method: request.method ?? '', url }, options.now())
      const caller = await options.admit(options.callerOf(request, viewer))
      await answer({ request, response, caller, name: url.split('?')[0]?.split('/').at(-1) ?? '' })
    } catch (error) {
      const status = statusOf(error)
      if (!status || response.headersSent) throw error
      // The rest of a body that was not read would be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close')
      refuseFile(response, status, (error as Error).message)
    }
  }
}

function statusOf(error: unknown): number | null {
  if (error instanceof UploadRefused) return error.status
  return error instanceof UrlRefused || error instanceof DomainError ? 403 : null
}
