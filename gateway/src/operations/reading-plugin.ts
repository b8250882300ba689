import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../request/context.ts'

/** Tells of each text that Apollo Server has to parse, by whatever name it was asked for. */
export function readingPlugin(
  onReading: (context: GatewayContext, text: string) => void,
): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      parsingDidStart: async ({ contextValue, source }) => void onReading(contextValue, source),
    }),
  }
}
