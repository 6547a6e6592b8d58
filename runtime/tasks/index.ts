/**
 * Every kind of task; the key is the resource's type in Pulumi (`pulumi-nodejs:dynamic/chatperf:<key>`). Each is loaded
 * when it is run: most need little of the project, and loading all of it takes longer than their work.
 */
export const tasks = {
  EmbeddedServer: async () => (await import("./embedded-server.js")).embeddedServer,
  DockerPlace: async () => (await import("./docker-place.js")).dockerPlace,
  DockerServer: async () => (await import("./docker-server.js")).dockerServer,
  ExistingServer: async () => (await import("./existing-server.js")).existingServer,
  Connectivity: async () => (await import("./connectivity.js")).connectivity,
  DiskSpace: async () => (await import("./disk-space.js")).diskSpace,
  Setting: async () => (await import("./setting.js")).setting,
  SettingsInForce: async () => (await import("./settings-in-force.js")).settingsInForce,
  Extensions: async () => (await import("./extensions.js")).extensions,
  DatabaseSettings: async () => (await import("./database-settings.js")).databaseSettings,
  Membership: async () => (await import("./membership.js")).membership,
  Login: async () => (await import("./login.js")).login,
  Migrations: async () => (await import("./migrations.js")).migrations,
  QueryMonitoring: async () => (await import("./query-monitoring.js")).queryMonitoring,
  AccessFiles: async () => (await import("./access-files.js")).accessFiles,
  Dataset: async () => (await import("./dataset.js")).dataset,
  QualityReport: async () => (await import("./quality-report.js")).qualityReport,
  Phase2: async () => (await import("./phase2.js")).phase2,
  Protection: async () => (await import("./protection.js")).protection,
};

export type TaskKind = keyof typeof tasks;
type TaskOf<Kind extends TaskKind> = Awaited<ReturnType<(typeof tasks)[Kind]>>;
/** The inputs of a kind of task. */
export type TaskInputs<Kind extends TaskKind> = Parameters<TaskOf<Kind>["create"]>[0];
/** What a kind of task returns beside its inputs. */
export type TaskOutputs<Kind extends TaskKind> = Awaited<ReturnType<TaskOf<Kind>["create"]>>;
