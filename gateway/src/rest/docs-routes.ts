import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DemoAccount } from '../graphiql/page.ts'
import { sendErrors } from '../http/error-response.ts'
import type { GatewayRoute, HttpExchange } from '../http/router.ts'
import { docsPage, docsPolicy } from './docs-page.ts'

/** The files of the page, by name. */
const files: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', import.meta.resolve('swagger-ui-dist/swagger-ui.css')],
  ['swagger-ui-bundle.js', import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')],
  ['rest-docs.js', import.meta.resolve('../../explorer/rest-docs.js')],
])

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** The documentation of REST at `/api/docs`: Swagger UI from npm, without other origins. */
export function docsRoutes(accounts: readonly DemoAccount[]): GatewayRoute[] {
  const page = docsPage(accounts)
  const answer = async ({ path, response }: HttpExchange): Promise<void> => {
    response.setHeader('content-security-policy', docsPolicy)
    response.setHeader('cache-control', 'no-cache')
    if (path === '/api/docs') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return void response.end(page)
    }
    const name = path.slice('/api/docs/'.length)
    const file = files.get(name)
    if (!file) return sendErrors(response, 404, { code: 'NOT_FOUND', message: 'There is no such file.' })
    response.setHeader('content-type', types[extname(name)] ?? '')
    response.end(await readFile(fileURLToPath(file)))
  }
  return [{ path: '/api/docs', isFolder: true, methods: ['GET', 'HEAD'], answer }]
}
