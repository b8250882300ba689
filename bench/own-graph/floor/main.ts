import { createServer, type IncomingMessage } from 'node:http'
import { me } from './account.ts'
import { eventPage, search, seatMap } from './catalogue.ts'
import { given } from './statements.ts'

/** Plans of houses never change: they are given to the program, as the service has them in memory. */
const plans = new Map<string, unknown>(Object.entries(JSON.parse(given('FLOOR_PLANS'))))

createServer(async (request, response) => {
  const { query, variables = {} } = JSON.parse(await bodyOf(request))
  const data = await answer(query, variables)
  const text = `${JSON.stringify({ data })}\n`
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}).listen(Number(given('PORT')), '127.0.0.1')

/** Nobody's token is looked at: a floor does no more than it must. */
async function answer(query: string, variables: Record<string, string>): Promise<object> {
  if (query.startsWith('query Search')) return await search()
  if (query.startsWith('query EventPage')) return await eventPage(variables)
  if (query.startsWith('query SeatMap')) return await seatMap(variables, plans)
  return await me(given('FLOOR_USER'))
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
  })
}
