/** A worker's process. */
import { serveJob } from "../../runtime/serve-job";
import { work } from "./worker";

serveJob(work);
