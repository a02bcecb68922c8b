# The server with its command line. Build it with 'docker build .', or start it with 'docker compose up'; docs/operations.md says more.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends binutils nodejs npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# CUDA=true takes the libraries for NVIDIA GPUs: see compose.gpu.yaml.
ARG CUDA=false
RUN --mount=type=cache,target=/root/.nuget/packages \
    for project in Playground.Server Playground.Cli; do \
        dotnet publish $project -c Release -o /out/app \
            -p:Cuda=$CUDA -p:DebugType=none -p:CreateHardLinksForPublishFilesIfPossible=false || exit 1; \
    done
# Symbols that only a debugger reads are a fifth of libtorch.
RUN strip --strip-unneeded /out/app/libtorch_cpu.so && mkdir /out/data

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /out/app ./
# A volume begins with the owner of what it covers.
COPY --from=build --chown=1654:1654 /out/data /data
ENV ASPNETCORE_URLS=http://+:8080 \
    ASPNETCORE_HTTP_PORTS= \
    HOME=/data \
    Playground__Accounts=true \
    Playground__Data=/data \
    Playground__Models=/data/models \
    Playground__References=/data/references \
    Playground__Features=/data/features
VOLUME /data
EXPOSE 8080
# The account 'app' of Microsoft's images, by number, so that other base images do as well.
USER 1654:1654
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["dotnet", "Playground.Server.dll", "--health", "http://127.0.0.1:8080/health/ready"]
ENTRYPOINT ["dotnet", "Playground.Server.dll"]
