/** The entry point of a worker process. */
import { serveJob } from "../../common/serve-job";
import { work } from "./worker";

serveJob(work);
