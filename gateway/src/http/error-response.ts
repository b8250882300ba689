import type { ServerResponse } from 'node:http'
import { sendJson, sendText } from '@tikitu/kit/base/http'
import type { GraphQLError } from 'graphql'

/** An error in a GraphQL over HTTP response. */
export interface PublicError {
  code: string
  message: string
  requestId?: string
}

/** Ends the response with one GraphQL error. */
export function sendErrors(response: ServerResponse, status: number, { message, ...extensions }: PublicError): void {
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

/** Ends the response with a problem document (RFC 9457), for REST clients. */
export function sendProblem(response: ServerResponse, status: number, { title, detail }: Problem): void {
  const body = JSON.stringify({ type: 'about:blank', title, status, detail })
  sendText(response, status, { body, headers: { 'content-type': 'application/problem+json; charset=utf-8' } })
}

/** The type of the problem, and its detail. */
export interface Problem {
  title: string
  detail: string
}
