import type { ServerResponse } from 'node:http'
import { sendJson } from '@tikitu/kit/base/http'
import type { GraphQLError } from 'graphql'
import { isRestPath, sendProblem } from './problem.ts'

/** An error in a GraphQL over HTTP response. */
export interface PublicError {
  code: string
  message: string
  requestId?: string
}

/** Ends the response with one GraphQL error, or below `/api` with a problem document. */
export function sendErrors(response: ServerResponse, status: number, { message, ...extensions }: PublicError): void {
  if (isRestPath(response.req.url ?? '')) return sendProblem(response, { status, detail: message, ...extensions })
  sendJson(response, status, { errors: [{ message, extensions }] })
}

/** Ends the response with a GraphQL error, and the status and headers of its `http` extension. */
export function sendRefusal(response: ServerResponse, { message, extensions }: GraphQLError): void {
  const { http, code, ...rest } = extensions as { http?: RefusalHead; code: string }
  for (const [name, value] of http?.headers ?? []) response.setHeader(name, value)
  sendJson(response, http?.status ?? 500, { errors: [{ message, extensions: { code, ...rest } }] })
}

interface RefusalHead {
  status: number
  headers?: Iterable<[string, string]>
}
