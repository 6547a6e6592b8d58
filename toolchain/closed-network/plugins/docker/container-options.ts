import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { Container, Healthcheck, Port } from "./container-schema";
import { nanoseconds } from "./duration";
import { labelMap } from "./engine";

const MB = 2 ** 20;

/** The engine's options for creating the container. */
export function createOptions(plan: Container): ContainerCreateOptions {
  const { name, image, command, entrypoints, envs, hostname, labels, healthcheck, stopSignal, stopTimeout } =
    plan;
  return {
    name,
    Image: image,
    ...(command !== null && { Cmd: command }),
    ...(entrypoints !== null && { Entrypoint: entrypoints }),
    ...(envs !== null && { Env: envs }),
    ...(hostname !== null && { Hostname: hostname }),
    ...(labels !== null && { Labels: labelMap(labels) }),
    ...(healthcheck !== null && { Healthcheck: healthOptions(healthcheck) }),
    ...(stopSignal !== null && { StopSignal: stopSignal }),
    ...(stopTimeout !== null && { StopTimeout: stopTimeout }),
    ExposedPorts: Object.fromEntries(plan.ports.map((port) => [portKey(port), {}])),
    HostConfig: hostOptions(plan),
  };
}

/** The engine's options for updating the container. */
export function updateOptions({ memory, memoryReservation, memorySwap, ...plan }: Container) {
  return {
    Memory: memory * MB,
    MemoryReservation: memoryReservation * MB,
    MemorySwap: memorySwap > 0 ? memorySwap * MB : memorySwap,
    CpuShares: plan.cpuShares,
    CpusetCpus: plan.cpuSet,
    RestartPolicy: { Name: plan.restart, MaximumRetryCount: plan.maxRetryCount },
  };
}

function hostOptions(plan: Container): HostConfig {
  const bindings = plan.ports.map((port): [string, object[]] => [
    portKey(port),
    [{ HostIp: port.ip, HostPort: port.external === null ? "" : String(port.external) }],
  ]);
  return {
    ...updateOptions(plan),
    PortBindings: Object.fromEntries(bindings),
    Binds: plan.volumes.map(
      ({ volumeName, hostPath, containerPath, readOnly }) =>
        `${volumeName === "" ? hostPath : volumeName}:${containerPath}${readOnly ? ":ro" : ":rw"}`,
    ),
    ...(plan.shmSize !== null && { ShmSize: plan.shmSize * MB }),
    LogConfig: { Type: plan.logDriver ?? "", Config: plan.logOpts },
    NetworkMode: plan.networkMode,
    Init: plan.init ?? false,
  };
}

function healthOptions({ tests, interval, timeout, startPeriod, startInterval, retries }: Healthcheck) {
  return {
    Test: tests,
    Retries: retries,
    Interval: nanoseconds(interval) ?? 0,
    Timeout: nanoseconds(timeout) ?? 0,
    StartPeriod: nanoseconds(startPeriod) ?? 0,
    StartInterval: nanoseconds(startInterval) ?? 0,
  };
}

function portKey({ internal, protocol }: Port): string {
  return `${internal}/${protocol}`;
}
