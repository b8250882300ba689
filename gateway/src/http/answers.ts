import type { ServerResponse } from 'node:http'
import { sendJson } from '@tikitu/kit/http'

/** An error as GraphQL over HTTP shows it. */
export interface PublicError {
  code: string
  message: string
  requestId?: string
}

/** Ends the response with one error, in the form that GraphQL clients read. */
export function sendErrors(response: ServerResponse, status: number, { message, ...extensions }: PublicError): void {
  sendJson(response, status, { errors: [{ message, extensions }] })
}
