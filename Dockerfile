# syntax=docker/dockerfile:1
# One node of Parley: the server with the built web app, on PostgreSQL or the embedded database.
FROM node:22-slim AS pnpm
RUN npm install --global pnpm@12
WORKDIR /app

FROM pnpm AS build
COPY . .
RUN pnpm install --frozen-lockfile && pnpm build
RUN mkdir /manifests && \
  tar --create package.json pnpm-workspace.yaml pnpm-lock.yaml .pnpmfile.mjs packages/*/package.json apps/*/package.json \
  | tar --extract --directory /manifests

FROM pnpm AS dependencies
COPY --from=build /manifests ./
RUN pnpm install --frozen-lockfile --prod --filter @parley/server

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 PARLEY_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/packages/server/node_modules packages/server/node_modules
COPY --from=build /app/packages/server/package.json packages/server/
COPY --from=build /app/packages/server/dist packages/server/dist
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/apps/web/dist apps/web/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "packages/server/dist/main.js"]
