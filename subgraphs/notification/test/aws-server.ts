import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One call that a client made. */
export interface Call {
  action: string
  /** The parameters of an SNS call; of SES the JSON body. */
  params: Record<string, unknown>
  /** Whether it carried a signature of AWS's kind. */
  isSigned: boolean
}

export interface AwsError {
  status: number
  code: string
  message: string
}

/** A local endpoint that speaks the protocols of SNS (query and XML) and SES v2 (REST and JSON), as far as we use them. */
export interface AwsServer {
  url: string
  calls: Call[]
  /** The next calls of that action are answered with this error: so many, or all until null is given. */
  failWith: (action: string, error: AwsError | null, times?: number) => void
  close: () => Promise<void>
}

const xmlns = 'http://sns.amazonaws.com/doc/2010-03-31/'

/** Starts the endpoint on a free port. Clients need some credentials in the environment; any will do. */
export async function startAwsServer(): Promise<AwsServer> {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIATEST'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
  const calls: Call[] = []
  const failures: Failures = new Map()
  const server = createServer((request, response) => {
    void answer(request, response, { calls, failures })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    failWith: (action, error, left = Number.POSITIVE_INFINITY) =>
      void (error ? failures.set(action, { ...error, left }) : failures.delete(action)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { calls, failures }: { calls: Call[]; failures: Failures },
): Promise<void> {
  const body = await text(request)
  const isSigned = (request.headers.authorization ?? '').startsWith('AWS4-HMAC-SHA256 Credential=AKIATEST/')
  const isSes = request.url?.startsWith('/v2/email') ?? false
  const params = isSes ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
  const action = isSes ? 'SendEmail' : String(params['Action'])
  calls.push({ action, params, isSigned })
  const failure = failures.get(action)
  if (failure && --failure.left === 0) failures.delete(action)
  const messageId = `${action}-${calls.length}`
  if (isSes) return answerSes(response, failure, messageId)
  answerSns(response, failure, { action, messageId })
}

type Failures = Map<string, AwsError & { left: number }>
type Failure = AwsError | undefined

function answerSes(response: ServerResponse, failure: Failure, messageId: string): void {
  const headers = { 'content-type': 'application/json', ...(failure ? { 'x-amzn-errortype': failure.code } : {}) }
  response.writeHead(failure?.status ?? 200, headers)
  response.end(JSON.stringify(failure ? { message: failure.message } : { MessageId: messageId }))
}

function answerSns(response: ServerResponse, failure: Failure, what: { action: string; messageId: string }): void {
  const { action, messageId } = what
  response.writeHead(failure?.status ?? 200, { 'content-type': 'text/xml' })
  if (failure) {
    const error = `<Error><Type>Sender</Type><Code>${failure.code}</Code><Message>${failure.message}</Message></Error>`
    return void response.end(`<ErrorResponse xmlns="${xmlns}">${error}<RequestId>r</RequestId></ErrorResponse>`)
  }
  const results: Record<string, string> = {
    CreatePlatformEndpoint: `<EndpointArn>arn:aws:sns:eu-central-1:1:endpoint/${messageId}</EndpointArn>`,
    Publish: `<MessageId>${messageId}</MessageId>`,
  }
  const parts = `<${action}Result>${results[action] ?? ''}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>`
  response.end(`<${action}Response xmlns="${xmlns}">${parts}</${action}Response>`)
}
