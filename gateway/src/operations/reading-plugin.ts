import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../request/context.ts'

/** Reports each text that Apollo Server has to parse. */
export function readingPlugin(
  onReading: (context: GatewayContext, text: string) => void,
): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      parsingDidStart: async ({ contextValue, source }) => void onReading(contextValue, source),
    }),
  }
}
