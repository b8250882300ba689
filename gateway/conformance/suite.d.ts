// The suite is installed when it is run, so that its Jest stays out of the project.
declare module '@apollo/server-integration-testsuite' {
  import type { ApolloServer, ApolloServerOptions, BaseContext } from '@apollo/server'

  export function defineIntegrationTestSuite(
    createServer: (
      config: ApolloServerOptions<BaseContext>,
      options?: { context?: (given: object) => Promise<BaseContext> },
    ) => Promise<{ server: ApolloServer<BaseContext>; url: string }>,
  ): void
}
