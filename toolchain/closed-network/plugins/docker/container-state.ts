import type { ContainerInspectInfo } from "dockerode";
import { isEmpty, type Properties } from "../values";
import type { Container, Healthcheck, Port } from "./container-schema";
import { duration } from "./duration";

const MB = 2 ** 20;

/**
 * The state of a container: the engine's values over the earlier state. Environment, labels, volumes and networks keep
 * the values of the program, because the engine adds those of the image.
 */
export function containerState(before: Properties, info: ContainerInspectInfo): Properties {
  const { Config, HostConfig, NetworkSettings, State } = info;
  const planned = before as Container;
  const { StopSignal = "", StopTimeout = 0 } = Config as { StopSignal?: string; StopTimeout?: number };
  return {
    ...before,
    id: info.Id,
    name: info.Name.replace(/^\//, ""),
    image: planned.image.startsWith("sha256:") ? info.Image : Config.Image,
    hostname: Config.Hostname,
    command: Config.Cmd,
    entrypoints: entrypoints(Config.Entrypoint),
    labels: before.labels ?? [],
    envs: before.envs ?? [],
    ...(Config.Healthcheck && { healthcheck: healthcheck(Config.Healthcheck as EngineHealthcheck) }),
    stopSignal: StopSignal,
    stopTimeout: StopTimeout,
    ...hostState(HostConfig),
    // An engine can have its own default options for the log driver.
    ...(isEmpty(before.logOpts) && { logOpts: {} }),
    platform: info.Platform,
    bridge: "",
    ports: planned.ports.length === 0 ? [] : ports(NetworkSettings.Ports),
    networkDatas: Object.entries(NetworkSettings.Networks).map(([networkName, network]) => ({
      networkName,
      gateway: network.Gateway,
      ipAddress: network.IPAddress,
      ipPrefixLength: network.IPPrefixLen,
      macAddress: network.MacAddress,
      ipv6Gateway: network.IPv6Gateway,
      globalIpv6Address: network.GlobalIPv6Address,
      globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    })),
    // The next update sees this difference and starts the container.
    ...(!State.Running && { exitCode: State.ExitCode, mustRun: false }),
  };
}

function hostState(host: ContainerInspectInfo["HostConfig"]): Properties {
  const { MemorySwap = 0 } = host;
  const log = host.LogConfig as { Type: string; Config: Record<string, string> | null } | undefined;
  return {
    memory: (host.Memory ?? 0) / MB,
    memoryReservation: (host.MemoryReservation ?? 0) / MB,
    memorySwap: MemorySwap > 0 ? MemorySwap / MB : MemorySwap,
    shmSize: (host.ShmSize ?? 0) / MB,
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    restart: host.RestartPolicy?.Name ?? "no",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    logDriver: log?.Type ?? "",
    logOpts: log?.Config ?? {},
    networkMode: host.NetworkMode ?? "bridge",
    ipcMode: host.IpcMode ?? "",
    init: host.Init ?? false,
    runtime: host.Runtime ?? "",
    securityOpts: (host.SecurityOpt ?? []) as string[],
  };
}

function entrypoints(given: string | string[] | undefined): string[] {
  return typeof given === "string" ? [given] : (given ?? []);
}

interface EngineHealthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

function healthcheck(given: EngineHealthcheck): Healthcheck {
  return {
    tests: given.Test ?? [],
    retries: given.Retries ?? 0,
    interval: duration(given.Interval ?? 0),
    timeout: duration(given.Timeout ?? 0),
    startPeriod: duration(given.StartPeriod ?? 0),
    startInterval: duration(given.StartInterval ?? 0),
  };
}

/** The published ports, sorted by number. */
function ports(given: ContainerInspectInfo["NetworkSettings"]["Ports"]): Port[] {
  return Object.entries(given)
    .flatMap(([key, bindings]) => {
      const [internal, protocol] = key.split("/") as [string, string];
      // The engine gives null for a port that is exposed but not published.
      const published = bindings as typeof bindings | null;
      return (published ?? []).map(({ HostIp, HostPort }) => ({
        internal: Number(internal),
        external: Number(HostPort),
        ip: HostIp,
        protocol,
      }));
    })
    .sort((one, other) => one.internal - other.internal);
}
