// Generated from src/api/openapi/openapi.json by `npm run openapi`.
export interface paths {
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List runs, newest first
         * @description All filters hold together. Runs come by the time of their request; follow `next_cursor` until it is null.
         */
        get: operations["listRuns"];
        put?: never;
        /**
         * Start a run
         * @description With the scope `launch` an entry of the catalogue, with the container that it has; with `run` whatever the policy of the domain allows.
         */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a run
         * @description State, place in the queue, reason and progress, as they are now.
         */
        get: operations["getRun"];
        put?: never;
        post?: never;
        /**
         * Delete a run that is over
         * @description With its events, logs and idempotency key, for good. 409 `not_over` while it is live (cancel it first), and for some minutes after its end, while something of it is left on its cluster or its events are still delivered; 409 `held` while an admin holds it. Afterwards it is 410, and a day later 404 unless it is older than the domain keeps runs. A repetition is answered the same for a day.
         */
        delete: operations["deleteRun"];
        options?: never;
        head?: never;
        /**
         * Change the priority or labels of a run
         * @description The priority of a run that waits: it moves in the queue of its lane at once, and an event of the run tells who did it. 409 `not_queued` once it has its place. Labels of any run that is not over, else 409 `over`. What is not sent stays. A repetition is harmless.
         */
        patch: operations["patchRun"];
        trace?: never;
    };
    "/api/v1/runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a run
         * @description The run is `cancelled` only when nothing of it is left on the cluster.
         */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/confirm-gone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that nothing of a run is left
         * @description For a run whose target is gone for good, so that no cluster can tell any more. A live run ends and gives its place back, one that is over is not looked for any more; the events of the run say so. 409 while the cluster answers: then cancel it. Wrongly said of a cluster that merely cannot be reached, it lets the next run of the lane start while the driver of this one may live.
         */
        post: operations["confirmRunGone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a run
         * @description Starts a new run that continues this one, which has to be over, in its Nextflow session and launch folder: tasks that it has completed are cached. The request is that of this run with what the body changes; `origin` tells where the new run comes from. A session is with one run at a time: 409 `session_busy` names the run that has it. The driver starts when no task pod of the last one is left. 409 `not_resumable` tells why nothing is left to continue: another kind than Nextflow, a run that never started, another work volume, an entry of the catalogue that was deleted since or is of another kind now.
         */
        post: operations["resumeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a run again from the start
         * @description Starts a new run by the request of this one, which may be live, with what the body changes; `origin` tells where it comes from. Who was named in `triggered_by` is not named again, and `attach` becomes `queue`.
         */
        post: operations["rerunRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Hold a run, or end the hold
         * @description A held run is deleted neither by age nor by request, whatever the domain says. It may be live; it runs and ends as without the hold.
         */
        put: operations["holdRun"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read or watch a run's events
         * @description Pages of JSON, at most 4 MiB each; with `Accept: text/event-stream` a stream whose `id:` is the seq. The stream ends itself after 200 s, and after the last event of the run; a client that comes back then gets 204.
         */
        get: operations["readEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a run's log
         * @description The bytes as they were written. Of a live run: what there is now; `sluice-log-complete` says whether more can come. `Range` is for the whole log, and is not looked at with `tail`. A read with `timestamps`, or of another container than the driver, has to search: through 64 MiB at most (else 422), and two at once for each token (else 429).
         */
        get: operations["readLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a run's files
         * @description Reports of Nextflow, and what the run has published in the folder that its params name. A live run has what there is so far. A short-lived pod on the target of the run looks at its work volume, which takes some seconds; an instance has six of them at once. 503 `files_unavailable` when none is free, or when it does not start: try again. A listing is shown for ten seconds.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/files/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one of a run's files
         * @description Its bytes, always as an attachment: what a pipeline wrote is not to be shown as a page of this server. At most 64 MiB an answer; a larger file is 413 without `Range`, and a range gets as many of its bytes as one answer has. With `If-Match` ranges are all of the same file. An answer breaks off when the file changes meanwhile. A short-lived pod on the target of the run looks at its work volume, which takes some seconds; an instance has six of them at once. 503 `files_unavailable` when none is free, or when it does not start: try again.
         */
        get: operations["readFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tasks of a run
         * @description In the order of their numbers, as they are known now; once the run is over, tasks whose end was not told are `succeeded` where it succeeded, else `aborted`. All filters hold together. With a filter that few match a page may be short, or empty: follow `next_cursor` until it is null. Runs of other kinds than Nextflow have none.
         */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a task of a run
         * @description With its script as Nextflow sent it. Its environment is never stored, since it may hold secrets.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/tasks/{task_id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what a task printed
         * @description The end of it, 512 KiB at most: from the pod of the task while that is there, which goes some seconds after a script that ended with 0, and after the run else. Of tasks that failed, 20 of a run, it is kept after that. Else it is read from `.command.log` in the work folder of the task, by a short-lived Job, as files of the run are: that takes some seconds. 404 `log_gone` where there is none, with the path that it had.
         */
        get: operations["readTaskLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what Nextflow tells of a run
         * @description Versions, commit, processes and what their tasks used, the graph of processes where Nextflow sends it, and an estimate of the time that remains. Where Nextflow sends no metrics, they are computed of the first 5,000 tasks.
         */
        get: operations["readTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lanes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List lanes
         * @description Lanes that were made, or used by a run; each with its capacity and the runs that hold a place.
         */
        get: operations["listLanes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lanes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a lane and its queue
         * @description Capacity, runs that hold a place, and the queue in its order.
         */
        get: operations["getLane"];
        /**
         * Make or change a lane
         * @description What is not named stays. The version of a lane changes with every run that comes or goes, so that `If-Match` on a busy one often fails.
         */
        put: operations["putLane"];
        post?: never;
        /**
         * Delete an idle lane
         * @description No run holds it or waits in it. Its capacity is forgotten; used or made again it is a new lane.
         */
        delete: operations["deleteLane"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/negotiate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an address for live events
         * @description With `run_ids` the client gets all events of those runs, else the changes of state of all runs. A token has room for all 50 runs of a domain with a short name, for 22 of the longest: `groups` says which. The client may join `<domain>` and `<domain>.run.<id>` later. What it misses is in the event log. A connection stays until the token that asked for it ends, or is revoked. Ask for a new address before each connection.
         */
        post: operations["negotiate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pipelines
         * @description The whole catalogue of the domain, without pages.
         */
        get: operations["listPipelines"];
        put?: never;
        /**
         * Add a pipeline
         * @description 409 when there is one with this name.
         */
        post: operations["createPipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a pipeline
         * @description One entry, with its version in `ETag`.
         */
        get: operations["getPipeline"];
        /**
         * Replace a pipeline
         * @description The body is the whole entry: what is left out gets its default. Runs that were accepted keep what they have.
         */
        put: operations["changePipeline"];
        post?: never;
        /**
         * Delete a pipeline
         * @description Its runs with their logs and its saved versions stay, and an entry that is made anew continues their numbers.
         */
        delete: operations["deletePipeline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List targets
         * @description All targets of the domain, without pages. They hold no secrets.
         */
        get: operations["listTargets"];
        put?: never;
        /**
         * Add a target
         * @description Only with the admin token of the settings, or as an admin of them. 409 when there is one with this name.
         */
        post: operations["createTarget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a target
         * @description One target, with its version in `ETag`.
         */
        get: operations["getTarget"];
        /**
         * Replace a target
         * @description Only with the admin token of the settings, or as an admin of them. The body is the whole target. 409 where live runs could not be found any more.
         */
        put: operations["changeTarget"];
        post?: never;
        /**
         * Delete a target
         * @description Only with the admin token of the settings, or as an admin of them. 409 while live runs or entries need it.
         */
        delete: operations["deleteTarget"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the saved versions of a pipeline, newest first
         * @description Every save makes a version. The last 100 are kept, also after a deletion; `pipeline_version` of a run is one of them.
         */
        get: operations["listPipelineVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a saved version of a pipeline
         * @description 404 for one that was never saved, or is not kept any more.
         */
        get: operations["getPipelineVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets/{name}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a target on its cluster
         * @description Asks its cluster, now: whether it answers and takes the credentials, whether the namespace is there and takes Jobs, whether it gives the rights that runs need, and whether what the target names is there. It changes nothing, and takes 15 s at most. 200 whatever is found: `ok` tells.
         */
        post: operations["checkTarget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains/{name}/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the policy of a domain
         * @description Of another domain than its own only the admin token and admins of the settings read it.
         */
        get: operations["getPolicy"];
        /**
         * Write the policy of a domain
         * @description Only with the admin token of the settings, or as an admin of them. It replaces the whole policy, and holds for every start from now on.
         */
        put: operations["putPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tokens
         * @description Names, scopes and dates; never the tokens themselves.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Make a token
         * @description The answer is the only place where the token itself is ever shown.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what is known of a token
         * @description One that is revoked is not there any more; one that has ended is.
         */
        get: operations["getToken"];
        put?: never;
        post?: never;
        /**
         * Revoke a token
         * @description Every instance knows within 10 seconds. Its live connections are closed at once, and again every minute until its last address has run out; its event streams end within half a minute.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a token by a new one
         * @description The new one has the name, the domain and the scopes of the old one, which ends after an overlap. A token is rotated once: 409 for one that was, or has ended.
         */
        post: operations["rotateToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whose token this is, and what it may do
         * @description For any token, and in open mode for none.
         */
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List domains
         * @description With the admin token of the settings, or as an admin of them, all, else the own one. A domain need not be written: one in which anything was changed is listed too, with no quotas.
         */
        get: operations["listDomains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a domain and what it uses
         * @description Of another domain than its own only the admin token and admins of the settings read it. `ETag` is the version of what was written, not of `usage`.
         */
        get: operations["getDomain"];
        /**
         * Make or change a domain
         * @description Only with the admin token of the settings, or as an admin of them. It replaces all: a quota that is left out is gone, and a retention that is left out is that of the settings. It holds in all instances within a minute. Runs that were accepted stay; a lower quota ends none.
         */
        put: operations["putDomain"];
        post?: never;
        /**
         * Delete the settings of an unused domain
         * @description Only with the admin token of the settings, or as an admin of them. 409 while it has a token that is valid, or a run that is not over. Its quotas and retention are gone, and it is not listed until it is used again. Its entries, targets, policy, ended runs and audit log stay, and are kept as the settings of the app have it.
         */
        delete: operations["deleteDomain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit log, oldest first
         * @description Every change, and every refusal by rights (401, 403): who, what, when, from where, and what came of it. A change is stored before it is answered; refusals of one caller, address and route in one minute are one entry with a count, stored within seconds; those of callers that are not known are counted by network, whatever the route. Entries of other instances may appear a few seconds late, so whoever keeps reading stays a minute behind. With `Accept: application/x-ndjson` all of the range in one answer, an entry a line. An admin reads its own domain; the admin token and admins of the settings all of them, and what belongs to none.
         */
        get: operations["readAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell how a page signs people in
         * @description By authorization code with PKCE (S256): the access token that the provider gives is sent as `Authorization: Bearer`. The same for everybody, and no secret.
         */
        get: operations["signIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/trace/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A run of Nextflow begins
         * @description The first call of Tower's trace protocol: the run's session and name. A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.
         */
        post: operations["ingestCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/trace/{id}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Its processes are known
         * @description Versions, repository, revision, parameters, processes, and from Nextflow 26.04 on their graph. A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.
         */
        put: operations["ingestBegin"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/trace/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * What its tasks have done
         * @description The last state of each task that changed, a hundred at most, about once a second. A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.
         */
        put: operations["ingestProgress"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/trace/{id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * It lives, and no task has changed
         * @description After a minute in which no task changed. A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.
         */
        put: operations["ingestHeartbeat"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/trace/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * It is over
         * @description How it ended, and what its processes used. A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.
         */
        put: operations["ingestComplete"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/workflow/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Where its scheduler knows it
         * @description Nextflow tells it with the scheduler of Seqera alone. Nothing of it is kept.
         */
        patch: operations["ingestWorkflow"];
        trace?: never;
    };
    "/api/v1/ingest/weblog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An event of the plugin nf-weblog
         * @description The plugin tells nothing of cached tasks, and repeats nothing that is not taken. A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.
         */
        post: operations["ingestWeblog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a run, or attach to the one that is active
         * @description Attaches when the lane `default` is busy. Unknown fields are ignored, as in the legacy service.
         */
        post: operations["legacyRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The active run, else the last one
         * @description With the last lines of its log, and an address for live events.
         */
        get: operations["legacyStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The active run, else the last one
         * @description The same as `/api/v1/pipeline/status`.
         */
        get: operations["legacyActive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel the active run
         * @description Waits up to 20 s for the run to be gone.
         */
        delete: operations["legacyCancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs that are over, newest first
         * @description Of the lane `default`.
         */
        get: operations["legacyHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the WebSocket is
         * @description Always 426: no WebSocket is served here. The body has the address of one that sends the same messages.
         */
        get: operations["legacyStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers
         * @description Needs neither storage nor clusters.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests can be served
         * @description 503 while storage does not answer, or holds data of another version. An unreachable cluster makes nothing unready, nor does a timer that no longer fires.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health in the form of the legacy service: always 200
         * @description Checks storage, and answers 200 in any case.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health in the form of the legacy service: always 200
         * @description The same as `/health`.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description Of the caller's domain, and of the installation where the text says so. Counters and histograms go on over instances and restarts: each instance adds what it has counted every ten seconds; one that is killed loses that much.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditEntry: {
            /**
             * Format: date-time
             * @description When it was done; of several refusals when the first was.
             */
            at: string;
            /** @description The domain of what was changed; of a refusal that of the caller; null where the caller is not known. */
            domain: string | null;
            /** @description Who did it. */
            caller: {
                /** @description Id of the token or person, never the token; null where the caller is not known. */
                id: string | null;
                /** @description Name of the token or person. */
                name: string | null;
                /** @description `token`; `user` or `workload`, who signs in; `root`, the admin token of the settings; `open`, without tokens; `system`, the app itself; `many`, several callers; `unknown`. */
                kind: string;
            };
            /** @description `operationId` of the route, or what the app itself did. */
            operation: string;
            /** @description What was changed; null where it is not known, as for most refusals. */
            thing: {
                /** @description Such as `run`, `lane`, `pipeline`, `token`, `domain`; `hold` and `hold-end` of a run. */
                kind: string;
                /** @description Its name or id. */
                id: string;
            } | null;
            /**
             * @description `done`; `refused`: the caller lacked the right (401, 403); `unknown`: a fault (5xx), after which it may be done.
             * @enum {string}
             */
            outcome: "done" | "refused" | "unknown";
            /** @description HTTP status; null for what the app itself did. */
            status: number | null;
            /** @description Code of the refusal or fault. */
            code: string | null;
            /** @description Address of the client as the platform gives it, `unknown` where it does not; null for the app itself, and for several addresses. */
            from: string | null;
            /** @description `X-Request-Id` of the answer; null for the app itself. */
            request_id: string | null;
            /** @description Refusals of this caller, address and route in this minute; of callers that are not known, of this network (an IPv4 address, or the /64 of an IPv6 one), whatever the route; else 1. */
            count: number;
        };
        AuditPage: {
            /** @description Oldest first. */
            entries: components["schemas"]["AuditEntry"][];
            /** @description For `cursor` of the next page; null at the end. */
            next_cursor: string | null;
        };
        Caller: {
            /** @description Id of the token; `user:` or `app:` and an object id for who signs in; `root` for the token of the settings, `open` without tokens. */
            id: string;
            /**
             * @description A token of ours, a person or an app that signs in, or open mode.
             * @enum {string}
             */
            kind: "token" | "user" | "workload" | "open";
            /** @description Its name in the domain. */
            name: string | null;
            /**
             * @description Domain that it belongs to; tokens see their own only.
             * @example default
             */
            domain: string;
            /** @description What the token may do. */
            scopes: components["schemas"]["Scope"][];
            /** @description The token of the settings, or an admin whom a setting names: only these reach other domains, and write policies and targets. */
            root: boolean;
            /** @description When it stops to be valid, UTC; null for never. */
            expires_at: string | null;
        };
        CancelRequest: {
            /**
             * @description For people: it is told in the events of the run.
             * @example Kept for the audit of 2026.
             */
            reason?: string;
        };
        CheckResult: {
            /** @description What was looked at: `connection`, `credentials`, `namespace`, `job`, `rights.pods/log`, `service_account`, `work_claim`, `secrets.NAME` and so on. */
            check: string;
            /**
             * @description `failed`: runs would meet it. `unknown`: it could not be found out, which need not be a fault.
             * @enum {string}
             */
            status: "ok" | "failed" | "unknown";
            /** @description What was found, and what to do about it. */
            message: string;
        };
        CompleteEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "complete";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: {
                /** @description State of the run. */
                status: components["schemas"]["RunState"];
                /** @description Why it waits, or ended as it did; null when there is nothing to say. */
                reason: components["schemas"]["Reason"] | null;
                /** @description Of the driver; null while it runs, or when it left none. */
                exit_code: number | null;
                /** @description Seconds from its start to its end; null before. */
                duration_seconds: number | null;
                /** @description The run in short, as it ended. */
                run: {
                    /**
                     * @description Id of the run.
                     * @example r01jqk3v9x2abcde
                     */
                    run_id: string;
                    /** @description State of the run. */
                    status: components["schemas"]["RunState"];
                    /** @description When its process started; null before. */
                    started_at: string | null;
                    /** @description When it was over; null before. The cluster tells it in whole seconds, cut. */
                    finished_at: string | null;
                    /** @description Name of its Kubernetes Job; null before there is one. */
                    job_name: string | null;
                    /** @description A sentence for a person. */
                    message: string | null;
                };
            };
        };
        ConfirmGoneRequest: {
            /**
             * @description For people: it is told in the events of the run.
             * @example Kept for the audit of 2026.
             */
            reason?: string;
        };
        Container: {
            /** @description Image reference, such as `busybox:1.37` or `ghcr.io/org/tool@sha256:…`. */
            image: string;
            /** @description Replaces the image's entrypoint. */
            command?: string[];
            /** @description Arguments of the command, or of the image's entrypoint. */
            args?: string[];
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSource"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        ContainerEntry: {
            /** @description Image reference, such as `busybox:1.37` or `ghcr.io/org/tool@sha256:…`. */
            image: string;
            /** @description Replaces the image's entrypoint. */
            command?: string[];
            /** @description Arguments of the command, or of the image's entrypoint. */
            args?: string[];
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSource"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        ContainerEntryInput: {
            /** @description Image reference, such as `busybox:1.37` or `ghcr.io/org/tool@sha256:…`. */
            image?: string;
            /** @description Replaces the image's entrypoint. */
            command?: string[];
            /** @description Arguments of the command, or of the image's entrypoint. */
            args?: string[];
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSourceInput"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        ContainerRequest: {
            /** @description As in an entry, which has one already. */
            image?: string;
            /** @description Replaces the image's entrypoint. */
            command?: string[];
            /** @description Arguments of the command, or of the image's entrypoint. */
            args?: string[];
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSourceInput"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        Domain: {
            /** @description What it may have; what is not named has no quota. Default: `{}`. */
            quotas: components["schemas"]["Quotas"];
            /** @description How long it keeps what; what is not named is kept as the settings of the installation say, else for ever. Default: `{}`. */
            retention: components["schemas"]["Retention"];
            /**
             * @description Its name: in tokens, paths and events.
             * @example rnaseq
             */
            name: string;
        };
        DomainList: {
            /** @description By name. */
            domains: components["schemas"]["Domain"][];
        };
        DomainSettings: {
            /** @description What it may have; what is not named has no quota. Default: `{}`. */
            quotas?: components["schemas"]["QuotasInput"];
            /** @description How long it keeps what; what is not named is kept as the settings of the installation say, else for ever. Default: `{}`. */
            retention?: components["schemas"]["RetentionInput"];
        };
        DomainUsage: {
            /** @description Runs that hold a place. */
            live_runs: number;
            /** @description Runs that wait for a place. */
            queued_runs: number;
            /** @description Bytes of log lines recorded since 00:00 UTC, some seconds old; null without a quota for them, since they are counted from then on only. */
            log_bytes_today: number | null;
            /**
             * Format: date-time
             * @description When it was counted.
             */
            counted_at: string;
        };
        DomainView: {
            /** @description What it may have; what is not named has no quota. Default: `{}`. */
            quotas: components["schemas"]["Quotas"];
            /** @description How long it keeps what; what is not named is kept as the settings of the installation say, else for ever. Default: `{}`. */
            retention: components["schemas"]["Retention"];
            /**
             * @description Its name: in tokens, paths and events.
             * @example rnaseq
             */
            name: string;
            /** @description Which days hold: its own, else those of the settings of the installation. */
            kept: components["schemas"]["KeptDays"];
            /** @description What it uses now. */
            usage: components["schemas"]["DomainUsage"];
        };
        /** @description What runs in the main container, for people to read. */
        Driver: {
            /** @description Its container image. */
            image: string;
            /** @description Empty: that of the image. */
            command: string[];
            /** @description Arguments of the command. */
            args: string[];
            /** @description Its variables, without those that every driver gets, and without secrets. */
            env: {
                [key: string]: string;
            };
            /** @description Files that are made for it, such as the script or the configuration of Nextflow, by name; the params are in `params`. */
            files: {
                [key: string]: string;
            };
        };
        DryRun: {
            /**
             * @description Nothing was started.
             * @constant
             */
            dry_run: true;
            /**
             * @description What a start would do now: get a place at once, wait in the queue of its lane, or be given the run that is there.
             * @enum {string}
             */
            would: "start" | "queue" | "attach";
            /** @description With `attach`: that run. */
            attached_to: string | null;
            /** @description With `attach`: whether the request is not the one that runs. */
            differs: boolean | null;
            /** @description 1 is next; null when the run does not wait in its lane, or is not among the first 100. */
            queue_position: number | null;
            /** @description A lower bound of the place of a run that is not among the first 100; else null. */
            queue_position_at_least: number | null;
            /** @description With `queue`: what it would wait for. */
            reason: components["schemas"]["Reason"] | null;
            /**
             * @description Domain that it belongs to; tokens see their own only.
             * @example default
             */
            domain: string;
            /**
             * @description Lane that it queues in; `default` by default.
             * @example rnaseq
             */
            lane: string;
            /**
             * @description Target that it runs on; `default` by default.
             * @example default
             */
            target: string;
            /** @description What is run; the key of that name says more. */
            kind: components["schemas"]["RunKind"];
            /** @description Name of the catalogue entry, or what `nextflow run` got. */
            pipeline: string;
            /** @description Version of the catalogue's entry that it took; null where no entry was used. */
            pipeline_version: number | null;
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["Container"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["Nextflow"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["Shell"];
            /** @description Those of the request merged into those of the catalogue's entry, as they run. */
            params: {
                [key: string]: unknown;
            };
            /** @description The run is ended after it has run this long; up to 30 days. */
            deadline_seconds: number | null;
            /** @description Up to 20 of your own, to find runs by. */
            labels: {
                [key: string]: string;
            };
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by: string | null;
            /** @description 0 to 9; 9 goes first. */
            priority: number;
            /** @description Params of the request that its entry does not name, and has no schema to check: all were taken. */
            unchecked_params: string[];
            /** @description What may not be as it was meant, as sentences for people. */
            warnings: string[];
            /** @description What would run, with `r000000000000000` where the id of the run belongs; null where the platform cannot tell. */
            driver: components["schemas"]["Driver"] | null;
        };
        ErrorEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "error";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: {
                /** @description A sentence for a person. */
                message: string;
                /**
                 * @description Level that the line begins with.
                 * @enum {string}
                 */
                level?: "error" | "warning";
                /** @description Name of the pod. */
                pod?: string;
                /** @description Which step failed. */
                stage?: string;
            };
        };
        EventPage: {
            /** @description In order, without gaps. */
            events: components["schemas"]["RunEvent"][];
            /** @description The newest seq of the run. */
            last_seq: number;
            /** @description The run is over and last_seq is its last one. */
            complete: boolean;
        };
        FileEntry: {
            /** @description Its place and the path there, such as `output/multiqc/report.html`: for `/files/{path}`. Bytes that are no text, control characters and `%` are written `%XX`. */
            path: string;
            /** @description What is run; the key of that name says more. */
            kind: components["schemas"]["FileKind"];
            /** @description Bytes. */
            size: number;
            /**
             * Format: date-time
             * @description When it was last changed, to the second.
             */
            modified: string;
        };
        /**
         * @description What it is by its name: one of Nextflow's own reports, also where a pipeline puts those into its output, or output.
         * @enum {string}
         */
        FileKind: "report" | "timeline" | "dag" | "trace" | "output";
        FilePage: {
            /** @description By path. */
            files: components["schemas"]["FileEntry"][];
            /** @description Where the files are. */
            places: components["schemas"]["FilePlace"][];
            /** @description There are more files than the 10,000 that are listed. */
            more: boolean;
            /**
             * Format: date-time
             * @description When the work volume was looked at.
             */
            listed_at: string;
            /** @description For `cursor` of the next page; null at the end. */
            next_cursor: string | null;
        };
        FilePlace: {
            /**
             * @description `reports`: what Nextflow writes of the run itself; `output`: the folder that the params name as the run's output.
             * @enum {string}
             */
            name: "reports" | "output";
            /** @description Its folder in the pods of the run, or its address. */
            at: string;
            /** @description Whether its files are listed here. */
            readable: boolean;
            /** @description A sentence: why they are not. */
            why: string | null;
        };
        GapEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "gap";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: {
                /** @description Name of the pod. */
                pod: string;
                /** @description Name of the container. */
                container: string;
                /** @description Timestamp of the last line before the gap. */
                after: string | null;
                /** @description Timestamp of the first line after it. */
                before: string | null;
                /** @description A sentence for a person. */
                message: string;
                /**
                 * @description The quota of the domain is used up: no more lines of the run are recorded until 00:00 UTC. Told once a day and run.
                 * @constant
                 */
                cause?: "quota";
            };
        };
        Health: {
            /**
             * @description `degraded` while storage does not answer.
             * @enum {string}
             */
            status: "ok" | "degraded";
        };
        Hold: {
            /**
             * Format: date-time
             * @description When the run was held.
             */
            since: string;
            /** @description Name or id of the caller who ordered it. */
            by: string;
            /** @description As it was given, for people. */
            reason: string | null;
        };
        HoldRequest: {
            /** @description True: the run is kept; false: the hold ends. */
            hold: boolean;
            /**
             * @description For people: it is shown with the run.
             * @example Kept for the audit of 2026.
             */
            reason?: string;
        };
        KeptDays: {
            /** @description Days that runs, their logs and events are kept after their end; null: for ever. */
            runs_days: number | null;
            /** @description Days that entries of the audit log are kept; null: for ever. */
            audit_days: number | null;
        };
        Lane: {
            /**
             * @description Its name in the domain.
             * @example rnaseq
             */
            name: string;
            /** @description Runs at once. */
            capacity: number;
            /** @description Whether the lane admits no runs. */
            paused: boolean;
            /** @description Runs that hold a place, oldest first. */
            active: string[];
            /** @description With `runs`: the first 100 runs that hold a place, oldest first. */
            places?: components["schemas"]["Place"][];
            /** @description How many wait. */
            queued: number;
            /** @description The first 1,000 waiting runs; empty in lists. */
            queue: {
                /**
                 * @description Id of the run.
                 * @example r01jqk3v9x2abcde
                 */
                run_id: string;
                /** @description 0 to 9; 9 goes first. */
                priority: number;
                /** @description 1 is next. */
                position: number;
                /** @description With `runs`: what it runs. */
                pipeline?: string | null;
                /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
                triggered_by?: string | null;
                /**
                 * Format: date-time
                 * @description When it was made, UTC.
                 */
                created_at?: string;
            }[];
        };
        LaneChange: {
            /** @description Runs at once; a lower one ends no run. */
            capacity?: number;
            /** @description A paused lane admits no runs. */
            paused?: boolean;
        };
        LaneList: {
            /** @description The lanes of the page. */
            lanes: components["schemas"]["Lane"][];
            /** @description For `cursor` of the next page; null at the end. */
            next_cursor: string | null;
        };
        LegacyActive: {
            /** @description Whether a run is live. */
            active: boolean;
            /** @description The live run, else the last one. */
            run: components["schemas"]["LegacyRun"] | null;
            /** @description 0 to 100; null while it is not known. */
            progress_percent: number | null;
            /** @description The last 10 lines, `[pod/container] text`. */
            log_preview: string[];
            /** @description A WebSocket that sends events as the legacy service did; null while there is none. */
            websocket_url: string | null;
            /** @description Number of viewers, counted every 30 s at most. */
            connected_clients: number;
            /** @description When something last happened, UTC. */
            last_update: string | null;
        };
        LegacyCancel: {
            /** @description The run that was active; null when there was none. */
            run_id: string | null;
            /** @description State of the run. */
            status: components["schemas"]["LegacyStatus"];
            /** @description True only when nothing of the run is left on the cluster. */
            cancelled: boolean;
            /** @description Why it is not cancelled; null when it is. */
            detail: string | null;
        };
        LegacyHistory: {
            /** @description Id of the run. */
            run_id: string;
            /** @description State of the run. */
            status: components["schemas"]["LegacyStatus"];
            /** @description When its process started; null before. */
            started_at: string;
            /** @description When it was over; null before. The cluster tells it in whole seconds, cut. */
            finished_at: string | null;
            /** @description Seconds from its start to its end; null before. */
            duration_seconds: number | null;
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by: string | null;
            /** @description Name of its Kubernetes Job; null before there is one. */
            job_name: string | null;
        }[];
        LegacyInvalid: {
            /** @description What is wrong, one entry for each value. */
            detail: {
                /** @description Always `value_error`. */
                type: string;
                /** @description Where: `body` or `query`, then the names that lead to it. */
                loc: string[];
                /** @description What is wrong with it. */
                msg: string;
            }[];
        };
        LegacyRefusal: {
            /** @description A sentence for a person. */
            detail: string;
        };
        LegacyRequest: {
            /** @description Name of the catalogue entry, or what `nextflow run` got. */
            pipeline: string;
            /** @description Work folder of Nextflow; null for one of its own. Default: `null`. */
            workdir?: string | null;
            /** @description `revision` and `profile` are options of `nextflow run`; `resume` continues the newest ended run of the pipeline; `with-docker`, `with-singularity` and `with-conda` change nothing, which `warnings` say; all others are params. */
            parameters?: {
                [key: string]: unknown;
            };
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. Default: `null`. */
            triggered_by?: string | null;
        };
        LegacyRun: {
            /** @description Id of the run. */
            run_id: string;
            /** @description State of the run. */
            status: components["schemas"]["LegacyStatus"];
            /** @description When its process started; null before. */
            started_at: string;
            /** @description When it was over; null before. The cluster tells it in whole seconds, cut. */
            finished_at: string | null;
            /** @description Name of its Kubernetes Job; null before there is one. */
            job_name: string | null;
            /** @description A sentence for a person. */
            message: string | null;
        };
        LegacyStart: {
            /** @description Id of the run. */
            run_id: string;
            /** @description State of the run. */
            status: components["schemas"]["LegacyStatus"];
            /** @description Whether the run was there already. */
            attached: boolean;
            /** @description Name of its Kubernetes Job; null before there is one. */
            job_name: string | null;
            /** @description A WebSocket that sends events as the legacy service did; null while there is none. */
            websocket_url: string | null;
            /** @description What of the reserved parameters is not done; absent where nothing is to be said. */
            warnings?: string[];
        };
        /** @enum {string} */
        LegacyStatus: "queued" | "starting" | "running" | "succeeded" | "failed" | "cancelled" | "unknown";
        LegacyStream: {
            /** @description `urn:sluice:error:` and the code. */
            type: string;
            /** @description What the code means. */
            title: string;
            /** @description State of the run. */
            status: number;
            /** @description A sentence for a person; may change. */
            detail: string;
            /**
             * @description Stable: what a program decides on.
             * @enum {string}
             */
            code: "bad_request" | "unauthorized" | "forbidden" | "not_found" | "log_gone" | "no_such_pipeline" | "method_not_allowed" | "not_acceptable" | "lane_busy" | "lane_paused" | "conflict" | "too_many_lanes" | "changed" | "precondition_failed" | "not_over" | "not_readable" | "not_queued" | "over" | "session_busy" | "not_resumable" | "held" | "gone" | "too_large" | "file_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "invalid" | "idempotency_mismatch" | "upgrade_required" | "rate_limited" | "quota_exceeded" | "lane_full" | "internal" | "files_unavailable" | "schema_mismatch" | "unavailable";
            /** @description Whether the same request can succeed later. */
            retry: boolean;
            /** @description `urn:sluice:request:` and the request id. */
            instance: string;
            /** @description The same as `X-Request-Id`. */
            request_id: string;
            /** @description With 5xx on a start: the run was recorded, or may have been, and may still begin. Ask for it, or repeat the request with its Idempotency-Key. */
            run_id?: string;
            /** @description Which values are not acceptable, and why. */
            errors?: {
                /** @description Which one: `params.genome`, `query.limit`, `header.range`. */
                field: string;
                /** @description What is wrong with it, and what is allowed. */
                message: string;
            }[];
            /** @description With `quota_exceeded`: the quota that is used up. */
            quota?: {
                /** @description Such as `live_runs`. */
                name: string;
                /** @description How much it allows. */
                limit: number;
                /** @description How much of it is used. */
                used: number;
            };
            /** @description With `no_such_pipeline`: names of the catalogue that are like it. */
            nearest?: string[];
            /** @description Where to connect; null while Web PubSub does not answer. */
            websocket_url: string | null;
        } & {
            [key: string]: unknown;
        };
        Live: {
            /**
             * @description Always `ok`.
             * @constant
             */
            status: "ok";
        };
        LogEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "log";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: {
                /** @description Lines in order. */
                lines: components["schemas"]["LogLine"][];
                /** @description Number of lines. */
                count: number;
            };
        };
        LogLine: {
            /** @description When the cluster took the line: RFC 3339 with nine decimals, UTC. */
            timestamp: string;
            /** @description The line without its end; U+FFFD stands for bytes that are no UTF-8. */
            message: string;
            /** @description Name of the pod. */
            pod: string;
            /** @description Name of the container. */
            container: string;
            /**
             * @description The line continues in the next entry: it was longer than 64 KiB.
             * @constant
             */
            part?: true;
        };
        NegotiateRequest: {
            /** @description Runs whose events are wanted. */
            run_ids?: string[];
        };
        Negotiation: {
            /** @description A `wss://` address (`ws://` where the app itself is reached without TLS); good for connecting for 5 minutes at most, and no longer than the token that asked. */
            url: string;
            /** @description The groups that the client is in at once; it joins those of the other runs once it is connected. */
            groups: string[];
            /**
             * Format: date-time
             * @description Until when the address can be used, UTC.
             */
            expires_at: string;
        };
        NewToken: {
            /** @description Domain, a dot, and 12 random characters. */
            id: string;
            /** @description Its name in the domain. */
            name: string;
            /**
             * @description Domain that it belongs to; tokens see their own only.
             * @example default
             */
            domain: string;
            /** @description What the token may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /** @description Id of the token that made it. */
            created_by: string;
            /** @description When it stops to be valid, UTC; null for never. */
            expires_at: string | null;
            /** @description Noted once an hour at most; null when it was never used. */
            last_used_at: string | null;
            /** @description Id of the token that it was made from. */
            replaces: string | null;
            /** @description Id of the token that was made from it by a rotation. */
            replaced_by: string | null;
            /** @description Shown this once; only its hash is kept. */
            token: string;
        };
        Nextflow: {
            /** @description What `nextflow run` gets. */
            source: string | null;
            /** @description Branch, tag or commit of the pipeline; null for its default. */
            revision: string | null;
            /** @description Profiles of Nextflow, joined by commas. */
            profile: string | null;
            /** @description Work folder of Nextflow; null for a folder of its own on the work volume. */
            work_dir: string | null;
            /** @description Plugins of Nextflow that drivers load; null for those of the image. */
            plugins: components["schemas"]["PluginFolder"] | null;
            /** @description Where the tasks of its runs are learned from: `log`, Nextflow's log file and the console (the default); `file`, its trace file and the console, which also tell what tasks used, but let tasks fail whose image lacks `ps`; `tower` or `weblog`, what Nextflow sends by its plugin of that name, which the driver loads; `off`, nothing. A run keeps what its entry said at its start. */
            trace?: components["schemas"]["TraceChoice"];
            /** @description Nextflow writes its report, timeline and graph into the run's folder of reports, in place of where the pipeline would have them. For them it measures every task, which needs `ps` in the tasks' images. */
            reports?: boolean;
            /**
             * @description Configuration of Nextflow, read after the pipeline's own and before that of Sluice, which holds. Options of task pods go into `process.pod`.
             * @example process.errorStrategy = 'retry'
             */
            config?: string;
            /** @description Image of its drivers, in the place of the target's `nextflow_image`. */
            image?: string;
            /**
             * @description The target's `nextflow_image` with this for its tag.
             * @example 25.10.2
             */
            version?: string;
            /** @description Of its drivers, in the place of the target's. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
            /** @description What no task gets more of, whatever the pipeline asks for; tasks that ask for more get this. One that asks for no memory or no time has none to be limited. Needs Nextflow 24.04 or later. */
            task_limits?: components["schemas"]["TaskLimits"];
            /** @description The work volume of its runs, in the place of the target's: any claim of the namespace, which they may write to. The namespace is the border between tenants. */
            storage?: components["schemas"]["Storage"];
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSource"];
            };
            /** @description Nextflow's session, which runs that continue one another share; null where it is not known yet. */
            session_id?: string | null;
        };
        NextflowEntry: {
            /**
             * @description What `nextflow run` gets.
             * @example nf-core/rnaseq
             */
            source: string & (unknown & unknown);
            /** @description Branch, tag or commit of the pipeline; null for its default. Default: `null`. */
            revision: (string & (unknown & unknown)) | null;
            /** @description Profiles of Nextflow, joined by commas. Default: `null`. */
            profile: (string & (unknown & unknown)) | null;
            /** @description Work folder of Nextflow; null for a folder of its own on the work volume. Default: `null`. */
            work_dir: (string & (unknown & unknown)) | null;
            /** @description In the place of the target's. Default: `null`. */
            plugins: components["schemas"]["PluginFolder"] | null;
            /** @description Where the tasks of its runs are learned from: `log`, Nextflow's log file and the console (the default); `file`, its trace file and the console, which also tell what tasks used, but let tasks fail whose image lacks `ps`; `tower` or `weblog`, what Nextflow sends by its plugin of that name, which the driver loads; `off`, nothing. A run keeps what its entry said at its start. */
            trace?: components["schemas"]["TraceChoice"];
            /** @description Nextflow writes its report, timeline and graph into the run's folder of reports, in place of where the pipeline would have them. For them it measures every task, which needs `ps` in the tasks' images. */
            reports?: boolean;
            /**
             * @description Configuration of Nextflow, read after the pipeline's own and before that of Sluice, which holds. Options of task pods go into `process.pod`.
             * @example process.errorStrategy = 'retry'
             */
            config?: string;
            /** @description Image of its drivers, in the place of the target's `nextflow_image`. */
            image?: string;
            /**
             * @description The target's `nextflow_image` with this for its tag.
             * @example 25.10.2
             */
            version?: string;
            /** @description Of its drivers, in the place of the target's. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
            /** @description What no task gets more of, whatever the pipeline asks for; tasks that ask for more get this. One that asks for no memory or no time has none to be limited. Needs Nextflow 24.04 or later. */
            task_limits?: components["schemas"]["TaskLimits"];
            /** @description The work volume of its runs, in the place of the target's: any claim of the namespace, which they may write to. The namespace is the border between tenants. */
            storage?: components["schemas"]["Storage"];
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSource"];
            };
        };
        NextflowEntryInput: {
            /**
             * @description What `nextflow run` gets.
             * @example nf-core/rnaseq
             */
            source?: string & (unknown & unknown);
            /** @description Branch, tag or commit of the pipeline; null for its default. Default: `null`. */
            revision?: (string & (unknown & unknown)) | null;
            /** @description Profiles of Nextflow, joined by commas. Default: `null`. */
            profile?: (string & (unknown & unknown)) | null;
            /** @description Work folder of Nextflow; null for a folder of its own on the work volume. Default: `null`. */
            work_dir?: (string & (unknown & unknown)) | null;
            /** @description In the place of the target's. */
            plugins?: components["schemas"]["PluginFolderInput"] | null;
            /** @description Where the tasks of its runs are learned from: `log`, Nextflow's log file and the console (the default); `file`, its trace file and the console, which also tell what tasks used, but let tasks fail whose image lacks `ps`; `tower` or `weblog`, what Nextflow sends by its plugin of that name, which the driver loads; `off`, nothing. A run keeps what its entry said at its start. */
            trace?: components["schemas"]["TraceChoice"];
            /** @description Nextflow writes its report, timeline and graph into the run's folder of reports, in place of where the pipeline would have them. For them it measures every task, which needs `ps` in the tasks' images. */
            reports?: boolean;
            /**
             * @description Configuration of Nextflow, read after the pipeline's own and before that of Sluice, which holds. Options of task pods go into `process.pod`.
             * @example process.errorStrategy = 'retry'
             */
            config?: string;
            /** @description Image of its drivers, in the place of the target's `nextflow_image`. */
            image?: string;
            /**
             * @description The target's `nextflow_image` with this for its tag.
             * @example 25.10.2
             */
            version?: string;
            /** @description Of its drivers, in the place of the target's. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
            /** @description What no task gets more of, whatever the pipeline asks for; tasks that ask for more get this. One that asks for no memory or no time has none to be limited. Needs Nextflow 24.04 or later. */
            task_limits?: components["schemas"]["TaskLimitsInput"];
            /** @description The work volume of its runs, in the place of the target's: any claim of the namespace, which they may write to. The namespace is the border between tenants. */
            storage?: components["schemas"]["StorageInput"];
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSourceInput"];
            };
        };
        NextflowRequest: {
            /**
             * @description A run of this domain that is over, to be continued in its session: tasks that it has completed need not run again. An entry cannot forbid it.
             * @example r01jqk3v9x2abcde
             */
            resume?: string;
            /** @description Branch, tag or commit of the pipeline; null for its default. */
            revision?: (string & (unknown & unknown)) | null;
            /** @description Profiles of Nextflow, joined by commas. */
            profile?: (string & (unknown & unknown)) | null;
            /** @description Work folder of Nextflow; null for a folder of its own on the work volume. */
            work_dir?: (string & (unknown & unknown)) | null;
            /** @description Nextflow writes its report, timeline and graph into the run's folder of reports, in place of where the pipeline would have them. For them it measures every task, which needs `ps` in the tasks' images. */
            reports?: boolean;
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSourceInput"];
            };
        };
        /** @enum {string} */
        OnBusy: "attach" | "queue" | "reject";
        Origin: {
            /**
             * @description It may be deleted since.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description `resume`: this run continues it in its session. `rerun`: this run repeats it from the start.
             * @enum {string}
             */
            how: "resume" | "rerun";
        };
        /** @enum {string} */
        Overridable: "lane" | "target" | "deadline_seconds" | "pipeline_version" | "container" | "container.image" | "container.command" | "container.args" | "container.env" | "container.secret_env" | "container.resources" | "nextflow" | "nextflow.revision" | "nextflow.profile" | "nextflow.work_dir" | "nextflow.reports" | "nextflow.secret_env" | "revision" | "profile" | "work_dir" | "shell" | "shell.script" | "shell.shell" | "shell.image" | "shell.env" | "shell.secret_env" | "shell.resources";
        Pipeline: {
            /**
             * @description Its name in the domain.
             * @example rnaseq
             */
            name: string;
            /**
             * @description For people. Default: `""`.
             * @example Counts to three.
             */
            description: string;
            /** @description Defaults under the params of a request: objects merge at every depth, all else of the request replaces. The result is a file of JSON, {} where there are none; the environment variable SLUICE_PARAMS_FILE names it. Default: `{}`. */
            params: {
                [key: string]: unknown;
            };
            /** @description Names of params that a request cannot change; one without a value stays absent. Default: `[]`. */
            fixed_params: string[];
            /** @description JSON Schema (draft 2020-12 or draft-07) that the merged params must fulfil. Numbers are compared exactly. Patterns of JavaScript and of Java are checked as far as RE2 can; see `warnings`. Default: `null`. */
            params_schema: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Whenever the entry is saved, `params_schema` is read from `nextflow_schema.json` of its repository, at its revision (GitHub and GitLab, public ones). Where that cannot be had, nothing is saved.
             * @enum {string}
             */
            params_schema_from?: "repository";
            /** @description Where and when `params_schema` was read. */
            readonly params_schema_source?: components["schemas"]["SchemaSource"];
            /** @description What of the schema is left to the pipeline to check, such as patterns with look-around, and why no run could start on its target. Made anew when the entry is saved. Default: `[]`. */
            readonly warnings: string[];
            /** @description False when the entry cannot run where its target sends it: the local emulator for a cluster runs programs of its machine, and no images. Default: `true`. */
            readonly runnable: boolean;
            /** @description Why `runnable` is false, and what would help; else null. Default: `null`. */
            readonly not_runnable_reason: string | null;
            /**
             * @description Lane of its runs. Default: `"default"`.
             * @example rnaseq
             */
            lane: string;
            /**
             * @description Target of its runs. Default: `"default"`.
             * @example default
             */
            target: string;
            /** @description The only other targets that a request may choose, also without `target` in `overridable`; null for none, or any with it. */
            targets?: string[];
            /** @description Labels of its runs, under those of a request. */
            labels?: {
                [key: string]: string;
            };
            /** @description The run is ended after it has run this long; up to 30 days. Default: `null`. */
            deadline_seconds: number | null;
            /** @description Fields that a request may set to another value than the entry has; all others are fixed, also where the entry has none. Default: `[]`. */
            overridable: components["schemas"]["Overridable"][];
            /** @description The highest priority that a request can have; more is refused. Default: `9`. */
            max_priority: number;
            /** @description Number of this saved version: 1 for the first, one more with every save. Default: `0`. */
            readonly version: number;
            /** @description What is run; the key of that name says more. */
            kind: components["schemas"]["RunKind"];
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["ContainerEntry"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["NextflowEntry"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["ShellEntry"];
        };
        PipelineFailure: {
            /**
             * @description A well-known cause; more may come.
             *
             *     | Code | Meaning | What to do |
             *     |---|---|---|
             *     | `nextflow_out_of_memory` | A task was killed for using more memory than it was given. | Raise the process's `memory`, or let it grow: `errorStrategy 'retry'` with `memory { 8.GB * task.attempt }`. |
             *     | `nextflow_driver_memory` | Nextflow itself ran out of memory, or was killed. | Give the driver more memory; `NXF_OPTS="-Xmx…"` has to stay below its limit. Its task pods may still run. |
             *     | `nextflow_resources` | A task asks for more memory or CPUs than there are. | Lower what the process asks for, cap it with `process.resourceLimits = [memory: …, cpus: …]`, or take larger nodes. |
             *     | `nextflow_missing_output` | A task ended well, but a file that it should have made is not there. | Compare the names in its `output:` with what the command writes, in its work folder; use `optional: true` where a file may be absent. |
             *     | `nextflow_missing_input` | A file that is an input is not there. | Check the path as the driver sees it: is it on a volume that the driver mounts? |
             *     | `nextflow_missing_param` | A parameter that the pipeline needs was not given. | Start it again with the parameter. |
             *     | `nextflow_invalid_params` | The parameters are not what the pipeline's schema allows. | Mend the parameters that are named, then start it again. |
             *     | `nextflow_image_pull` | The image of a task cannot be pulled. | Check the name and tag of the image, that its registry can be reached from the nodes, and the pull secret. |
             *     | `nextflow_session_lock` | Another run has the lock of this session. | Wait until the other run has ended, or end it; a run with a session of its own does not need the lock. |
             *     | `nextflow_unknown_session` | There is no earlier run to resume. | Resume in the same launch folder, with an id that `nextflow log` shows there, or start without resuming. |
             *     | `nextflow_secret` | A secret that the pipeline or its configuration names is not there. | Make the secret under that name, or take it out of the configuration. |
             *     | `nextflow_config` | The configuration of Nextflow cannot be read. | Mend the file that is named; `nextflow config` in its folder shows what it becomes. |
             *     | `nextflow_compile` | The script of the pipeline is not valid. | Mend the place that is named, or take the version of Nextflow that the pipeline was written for. |
             *     | `nextflow_time_limit` | A task ran longer than its time limit. | Raise the process's `time`, or give it less to do. |
             *     | `nextflow_no_space` | A disk is full. | Free space on the work volume (`nextflow clean -f`), or take a larger one. |
             *     | `nextflow_command_not_found` | The image of a task has no such program. | Take an image that has the program, or name it by its full path. |
             *     | `nextflow_metrics_need_ps` | Nextflow measures its tasks, for which the image of a task lacks the program `ps`. | Take an image with `ps` (the package procps), or measure nothing: `nextflow.trace: log` (or weblog) and `reports: false`, and no trace, report or timeline in the configuration of the pipeline. |
             *     | `nextflow_forbidden` | Kubernetes refuses what Nextflow asks for: its rights, a quota, or pod security. | Read the message: give the driver's service account the right that is named, free the quota, or choose a namespace that takes such pods. |
             *     | `nextflow_pod_lost` | The pod of a task was taken away: its node went down, or somebody deleted it. | Resume the run; tasks that are done are not repeated. |
             *     | `nextflow_task_stopped` | A task was ended by a signal: its time limit was over, or somebody deleted its pod. | Raise the process's `time` if it has one; else resume the run, which does not repeat tasks that are done. |
             *     | `nextflow_pipeline_missing` | The pipeline, its revision or its script cannot be found. | Check the name of the repository, the revision, and access to it. |
             *     | `nextflow_option` | Nextflow does not know an option that it was given. | Compare the option with `nextflow run -h` of the same version. |
             *     | `nextflow_task` | A task ended with an exit code other than 0. | Read what the command printed, above all its last lines. |
             *     | `nextflow_error` | Nextflow or the pipeline reports an error. | Read the message; `.nextflow.log` in the launch folder says more. |
             */
            code: string;
            /** @description What the code means. */
            meaning: string;
            /** @description What to do next. */
            advice: string;
            /** @description The first line of the error. */
            summary: string;
            /** @description The process whose task failed. */
            process: string | null;
            /** @description Which of its tasks. */
            tag: string | null;
            /** @description Of the task, not of the driver. */
            exit_status: number | null;
            /** @description Why, in the words of Nextflow. */
            cause: string | null;
            /** @description The begin of what the task ran. */
            command: string | null;
            /** @description The end of what it printed. */
            last_lines: string | null;
            /** @description The folder of the task. */
            work_dir: string | null;
            /** @description Its image. */
            container: string | null;
            /** @description What Nextflow advises. */
            tip: string | null;
        };
        PipelineInput: {
            /**
             * @description Its name in the domain.
             * @example rnaseq
             */
            name: string;
            /**
             * @description For people. Default: `""`.
             * @example Counts to three.
             */
            description?: string;
            /** @description Defaults under the params of a request: objects merge at every depth, all else of the request replaces. The result is a file of JSON, {} where there are none; the environment variable SLUICE_PARAMS_FILE names it. */
            params?: {
                [key: string]: unknown;
            };
            /** @description Names of params that a request cannot change; one without a value stays absent. Default: `[]`. */
            fixed_params?: string[];
            /** @description JSON Schema (draft 2020-12 or draft-07) that the merged params must fulfil. Numbers are compared exactly. Patterns of JavaScript and of Java are checked as far as RE2 can; see `warnings`. */
            params_schema?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Whenever the entry is saved, `params_schema` is read from `nextflow_schema.json` of its repository, at its revision (GitHub and GitLab, public ones). Where that cannot be had, nothing is saved.
             * @enum {string}
             */
            params_schema_from?: "repository";
            /** @description Where and when `params_schema` was read. */
            readonly params_schema_source?: components["schemas"]["SchemaSourceInput"];
            /** @description What of the schema is left to the pipeline to check, such as patterns with look-around, and why no run could start on its target. Made anew when the entry is saved. Default: `[]`. */
            readonly warnings?: string[];
            /** @description False when the entry cannot run where its target sends it: the local emulator for a cluster runs programs of its machine, and no images. Default: `true`. */
            readonly runnable?: boolean;
            /** @description Why `runnable` is false, and what would help; else null. Default: `null`. */
            readonly not_runnable_reason?: string | null;
            /**
             * @description Lane of its runs. Default: `"default"`.
             * @example rnaseq
             */
            lane?: string;
            /**
             * @description Target of its runs. Default: `"default"`.
             * @example default
             */
            target?: string;
            /** @description The only other targets that a request may choose, also without `target` in `overridable`; null for none, or any with it. */
            targets?: string[];
            /** @description Labels of its runs, under those of a request. */
            labels?: {
                [key: string]: string;
            };
            /** @description The run is ended after it has run this long; up to 30 days. Default: `null`. */
            deadline_seconds?: number | null;
            /** @description Fields that a request may set to another value than the entry has; all others are fixed, also where the entry has none. Default: `[]`. */
            overridable?: components["schemas"]["Overridable"][];
            /** @description The highest priority that a request can have; more is refused. Default: `9`. */
            max_priority?: number;
            /** @description Number of this saved version: 1 for the first, one more with every save. Default: `0`. */
            readonly version?: number;
            /** @description What is run; the key of that name says more. */
            kind?: components["schemas"]["RunKind"];
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["ContainerEntryInput"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["NextflowEntryInput"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["ShellEntryInput"];
            /**
             * @deprecated
             * @description The same as `nextflow.source`; goes with version 1.0.
             * @example nf-core/rnaseq
             */
            source?: string & (unknown & unknown);
            /**
             * @deprecated
             * @description The same as `nextflow.revision`; goes with version 1.0. Default: `null`.
             */
            revision?: (string & (unknown & unknown)) | null;
            /**
             * @deprecated
             * @description The same as `nextflow.profile`; goes with version 1.0. Default: `null`.
             */
            profile?: (string & (unknown & unknown)) | null;
            /**
             * @deprecated
             * @description The same as `nextflow.work_dir`; goes with version 1.0. Default: `null`.
             */
            work_dir?: (string & (unknown & unknown)) | null;
            /**
             * @deprecated
             * @description The same as `nextflow.plugins`; goes with version 1.0.
             */
            plugins?: components["schemas"]["PluginFolderInput"] | null;
        };
        PipelineList: {
            /** @description All entries, by name. */
            pipelines: components["schemas"]["Pipeline"][];
        };
        PipelineVersion: {
            /** @description 1 for the first; no number comes twice for a name, also not after a deletion. */
            version: number;
            /**
             * Format: date-time
             * @description When it was saved, UTC.
             */
            saved_at: string;
            /** @description Name of the token that saved it, `root` for the one of the settings, `open` without tokens; null for the file of `SLUICE_CATALOGUE`. */
            saved_by: string | null;
            /** @description The entry as it was saved. */
            entry: components["schemas"]["Pipeline"];
        };
        PipelineVersionPage: {
            /** @description The newest first. */
            versions: components["schemas"]["PipelineVersion"][];
            /** @description For `cursor` of the next page; null at the end. */
            next_cursor: number | null;
        };
        Place: {
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /** @description Where the run is. `succeeded`, `failed` and `cancelled` are its ends. */
            state: components["schemas"]["RunState"];
            /** @description When it began to start in its place; null while that is about to be. */
            since: string | null;
            /** @description With `runs`: what it runs. */
            pipeline?: string | null;
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by?: string | null;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at?: string;
            /** @description Null until the log shows any. */
            progress: components["schemas"]["Progress"] | null;
        };
        /** @description Plugins of Nextflow, unpacked as `NAME-VERSION` folders: the only ones that drivers then load. */
        PluginFolder: {
            /** @description A PersistentVolumeClaim that no run can write to; mounted read-only. */
            claim: string;
            /**
             * @description Folder on the claim; empty for its root. Default: `""`.
             * @example plugins
             */
            path: string;
        };
        /** @description Plugins of Nextflow, unpacked as `NAME-VERSION` folders: the only ones that drivers then load. */
        PluginFolderInput: {
            /** @description A PersistentVolumeClaim that no run can write to; mounted read-only. */
            claim: string;
            /**
             * @description Folder on the claim; empty for its root. Default: `""`.
             * @example plugins
             */
            path?: string;
        };
        Policy: {
            /** @description Only entries of the catalogue are started: no repository, no container of a request alone. */
            catalogue_only: boolean;
            /**
             * @description `declared`: only lanes that are there (`PUT /lanes/{name}`); `any`: a lane is made by its first run.
             * @enum {string}
             */
            lanes: "declared" | "any";
            /** @description Globs of full image references (`docker.io/library/busybox:1.37`, with a digest `…/busybox@sha256:…`) that containers may have; null for all. `*` stays within a part of the name, `**` does not. Default: `null`. */
            images: (string & (unknown & unknown))[] | null;
            /** @description The same for what `nextflow run` gets: `github.com/nf-core/rnaseq`, or an absolute path; null for all. Default: `null`. */
            repositories: (string & (unknown & unknown))[] | null;
        };
        PolicyInput: {
            /** @description Only entries of the catalogue are started: no repository, no container of a request alone. */
            catalogue_only: boolean;
            /**
             * @description `declared`: only lanes that are there (`PUT /lanes/{name}`); `any`: a lane is made by its first run.
             * @enum {string}
             */
            lanes: "declared" | "any";
            /** @description Globs of full image references (`docker.io/library/busybox:1.37`, with a digest `…/busybox@sha256:…`) that containers may have; null for all. `*` stays within a part of the name, `**` does not. Default: `null`. */
            images?: (string & (unknown & unknown))[] | null;
            /** @description The same for what `nextflow run` gets: `github.com/nf-core/rnaseq`, or an absolute path; null for all. Default: `null`. */
            repositories?: (string & (unknown & unknown))[] | null;
        };
        /**
         * @description A refusal or a fault (RFC 9457).
         *
         *     | Status | Code | Try again | Meaning |
         *     |---|---|---|---|
         *     | 400 | `bad_request` | no | The request is malformed |
         *     | 401 | `unauthorized` | no | A valid token is required |
         *     | 403 | `forbidden` | no | The token may not do this |
         *     | 404 | `not_found` | no | There is no such thing here |
         *     | 404 | `log_gone` | no | There is no log of this task any more |
         *     | 404 | `no_such_pipeline` | no | The catalogue has no such pipeline |
         *     | 405 | `method_not_allowed` | no | The method is not allowed here |
         *     | 406 | `not_acceptable` | no | None of the accepted types is available |
         *     | 409 | `lane_busy` | yes | The lane is busy |
         *     | 409 | `lane_paused` | yes | The lane is paused |
         *     | 409 | `conflict` | no | The thing exists already, or is in use |
         *     | 409 | `too_many_lanes` | no | The domain has as many lanes as it may |
         *     | 409 | `changed` | yes | Someone else changed it at the same moment |
         *     | 409 | `not_over` | yes | The run is not over, or something of it is still to be cleaned up |
         *     | 409 | `not_readable` | no | The files are where they cannot be read from here |
         *     | 409 | `not_queued` | no | The run does not wait in its lane any more |
         *     | 409 | `over` | no | The run is over |
         *     | 409 | `session_busy` | yes | Another run has the session, which only one run may have at a time |
         *     | 409 | `not_resumable` | no | The run left nothing to continue from |
         *     | 409 | `held` | no | The run is held: it may not be deleted |
         *     | 410 | `gone` | no | It was deleted, or is past its retention time |
         *     | 412 | `precondition_failed` | no | The thing is no longer the one you read |
         *     | 413 | `too_large` | no | The request is too large |
         *     | 413 | `file_too_large` | no | The file is too large for one answer |
         *     | 415 | `unsupported_media_type` | no | The body must be application/json |
         *     | 416 | `range_not_satisfiable` | no | The range is outside of what there is |
         *     | 422 | `invalid` | no | A value is not acceptable |
         *     | 422 | `idempotency_mismatch` | no | The Idempotency-Key was used for another request |
         *     | 426 | `upgrade_required` | no | This is a WebSocket |
         *     | 429 | `rate_limited` | yes | Too many requests |
         *     | 429 | `quota_exceeded` | yes | The domain has used up a quota |
         *     | 429 | `lane_full` | yes | The queue of the lane is full |
         *     | 500 | `internal` | yes | Something went wrong on our side |
         *     | 503 | `files_unavailable` | yes | The files cannot be read at the moment |
         *     | 503 | `schema_mismatch` | no | The stored data is of another version |
         *     | 503 | `unavailable` | yes | Storage, or the issuer of sign-ins, cannot be reached |
         */
        Problem: {
            /** @description `urn:sluice:error:` and the code. */
            type: string;
            /** @description What the code means. */
            title: string;
            /** @description The status of the answer. */
            status: number;
            /** @description A sentence for a person; may change. */
            detail: string;
            /**
             * @description Stable: what a program decides on.
             * @enum {string}
             */
            code: "bad_request" | "unauthorized" | "forbidden" | "not_found" | "log_gone" | "no_such_pipeline" | "method_not_allowed" | "not_acceptable" | "lane_busy" | "lane_paused" | "conflict" | "too_many_lanes" | "changed" | "precondition_failed" | "not_over" | "not_readable" | "not_queued" | "over" | "session_busy" | "not_resumable" | "held" | "gone" | "too_large" | "file_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "invalid" | "idempotency_mismatch" | "upgrade_required" | "rate_limited" | "quota_exceeded" | "lane_full" | "internal" | "files_unavailable" | "schema_mismatch" | "unavailable";
            /** @description Whether the same request can succeed later. */
            retry: boolean;
            /** @description `urn:sluice:request:` and the request id. */
            instance: string;
            /** @description The same as `X-Request-Id`. */
            request_id: string;
            /** @description With 5xx on a start: the run was recorded, or may have been, and may still begin. Ask for it, or repeat the request with its Idempotency-Key. */
            run_id?: string;
            /** @description Which values are not acceptable, and why. */
            errors?: {
                /** @description Which one: `params.genome`, `query.limit`, `header.range`. */
                field: string;
                /** @description What is wrong with it, and what is allowed. */
                message: string;
            }[];
            /** @description With `quota_exceeded`: the quota that is used up. */
            quota?: {
                /** @description Such as `live_runs`. */
                name: string;
                /** @description How much it allows. */
                limit: number;
                /** @description How much of it is used. */
                used: number;
            };
            /** @description With `no_such_pipeline`: names of the catalogue that are like it. */
            nearest?: string[];
        } & {
            [key: string]: unknown;
        };
        ProcessCounts: {
            /** @description Fully qualified, such as `RNASEQ:ALIGN`. */
            name: string;
            /** @description Its tasks by their status. */
            counts: components["schemas"]["TaskCounts"];
        };
        ProcessUse: {
            /** @description Fully qualified name of the process. */
            process: string;
            /** @description How many of its tasks ended with success. */
            tasks: number;
            /** @description 100 is one CPU. */
            cpu_percent: components["schemas"]["Quartiles"] | null;
            /** @description Percent of the CPUs that were asked for. */
            cpu_share: components["schemas"]["Quartiles"] | null;
            /** @description Most bytes. */
            memory: components["schemas"]["Quartiles"] | null;
            /** @description Percent of the memory that was asked for. */
            memory_share: components["schemas"]["Quartiles"] | null;
            /** @description Milliseconds that the script ran. */
            time_ms: components["schemas"]["Quartiles"] | null;
            /** @description Percent of the time limit. */
            time_share: components["schemas"]["Quartiles"] | null;
            /** @description Bytes read, from caches too. */
            read_bytes: components["schemas"]["Quartiles"] | null;
            /** @description Bytes written, to caches too. */
            written_bytes: components["schemas"]["Quartiles"] | null;
        };
        Progress: {
            /** @description Steps that are done. */
            completed: number;
            /** @description Steps in all, as far as they are known. */
            total: number;
            /** @description null while the total is not known */
            percent: number | null;
            /** @description Of a Nextflow run whose tasks are known. */
            tasks?: components["schemas"]["TaskCounts"];
        };
        ProgressEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "progress";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: components["schemas"]["Progress"];
        };
        Quartiles: {
            /** @description Sum of all, divided by their number. */
            mean: number;
            /** @description The least one. */
            min: number;
            /** @description A quarter of all are below it. */
            q1: number;
            /** @description The median. */
            q2: number;
            /** @description A quarter of all are above it. */
            q3: number;
            /** @description The greatest one. */
            max: number;
        };
        /** @description What is not named has no quota. */
        Quotas: {
            /** @description Runs that hold a place, all lanes together; 0: nothing starts. */
            live_runs?: number;
            /** @description Runs that wait for a place, all lanes together. */
            queued_runs?: number;
            /** @description Bytes of log lines that are recorded from 00:00 to 24:00 UTC, all runs together. */
            log_bytes_per_day?: number;
        };
        /** @description What is not named has no quota. */
        QuotasInput: {
            /** @description Runs that hold a place, all lanes together; 0: nothing starts. */
            live_runs?: number;
            /** @description Runs that wait for a place, all lanes together. */
            queued_runs?: number;
            /** @description Bytes of log lines that are recorded from 00:00 to 24:00 UTC, all runs together. */
            log_bytes_per_day?: number;
        };
        Ready: {
            /**
             * @description Always `ok`: else the answer is 503.
             * @constant
             */
            status: "ok";
            /**
             * @description `overdue` when it has not fired for three minutes: then requests and messages do its work, once a minute.
             * @enum {string}
             */
            timer: "ok" | "overdue";
            /** @description When its work last began, by the timer or in its place. */
            ticked_at: string | null;
        };
        Reason: {
            /**
             * @description Stable: what a program decides on.
             *
             *     | Code | Waiting may help | Given up after | Try again | Meaning |
             *     |---|---|---|---|---|
             *     | `lane_entering` | yes |  | no | It is recorded, and gets its place in the queue soon. |
             *     | `lane_busy` | yes |  | no | Others hold the places of its lane. |
             *     | `lane_paused` | no |  | no | Its lane is paused. |
             *     | `lane_deleted` | no |  | yes | Its lane was deleted while it was on its way there. |
             *     | `domain_quota` | yes |  | no | The domain has as many live runs as its quota allows; it is tried again every minute. |
             *     | `session_busy` | yes |  | no | Task pods of the run that it continues are still there; they are being removed. |
             *     | `job_pending` | yes |  | no | It has its place, and its Job is made soon. |
             *     | `target_unreachable` | yes |  | no | The cluster does not answer, or refuses the credentials. |
             *     | `quota` | yes |  | no | The namespace's quota for Jobs is used up; it is tried again. |
             *     | `job_refused` | no |  | no | The cluster refused the Job for good. |
             *     | `pod_refused` | yes |  | no | The cluster refuses the driver's pod: quota, pod security, a missing account. |
             *     | `unschedulable` | yes |  | no | No node takes the driver. |
             *     | `scheduling_gated` | yes |  | no | Something else holds the driver's pod back. |
             *     | `invalid_image` | no | 3 minutes | no | The image name is not valid. |
             *     | `image_pull` | yes | 3 minutes | yes | The image cannot be pulled. |
             *     | `container_config` | yes | 3 minutes | no | The container cannot be made as it is configured. |
             *     | `volume_attach` | yes | 10 minutes | yes | A volume cannot be attached to the node. |
             *     | `volume_mount` | yes | 10 minutes | yes | A volume cannot be mounted. |
             *     | `pod_sandbox` | yes | 10 minutes | yes | The pod's sandbox, its network above all, cannot be made. |
             *     | `pod_warning` | yes |  | no | The pod does not start, and has this warning. |
             *     | `not_started` | no |  | yes | The driver never started. |
             *     | `init_failed` | no |  | no | A container that runs before the driver failed. |
             *     | `command_not_found` | no |  | no | The image has no such program, or it cannot be run. |
             *     | `exit_code` | no |  | no | The driver ended with an exit code other than 0. |
             *     | `out_of_memory` | no |  | no | The driver was killed for using more memory than its limit. |
             *     | `killed` | no |  | yes | The driver was ended by a signal. |
             *     | `deadline_exceeded` | no |  | no | `deadline_seconds` was reached. |
             *     | `cancelled` | no |  | no | Somebody cancelled it. |
             *     | `evicted` | no |  | yes | The driver was evicted from its node. |
             *     | `preempted` | no |  | yes | The driver had to make room for a pod of higher priority. |
             *     | `drained` | no |  | yes | The driver was evicted by request, as when its node is drained. |
             *     | `node_shutdown` | no |  | yes | The driver's node was shut down. |
             *     | `node_lost` | yes |  | yes | The driver's node does not answer, or is gone. |
             *     | `pod_deleted` | no |  | yes | Somebody else deleted the driver's pod. |
             *     | `driver_lost` | no |  | yes | The Job or its pod is gone, and it is unknown how it ended. |
             *     | `stray_pod` | yes |  | no | Pods with its label are there that its Job did not make. |
             *     | `target_gone` | no |  | no | An admin confirmed that nothing of it is left on a target that is gone. |
             * @enum {string}
             */
            code: "lane_entering" | "lane_busy" | "lane_paused" | "lane_deleted" | "domain_quota" | "session_busy" | "job_pending" | "target_unreachable" | "quota" | "job_refused" | "pod_refused" | "unschedulable" | "scheduling_gated" | "invalid_image" | "image_pull" | "container_config" | "volume_attach" | "volume_mount" | "pod_sandbox" | "pod_warning" | "not_started" | "init_failed" | "command_not_found" | "exit_code" | "out_of_memory" | "killed" | "deadline_exceeded" | "cancelled" | "evicted" | "preempted" | "drained" | "node_shutdown" | "node_lost" | "pod_deleted" | "driver_lost" | "stray_pod" | "target_gone";
            /** @description A sentence for a person. */
            message: string;
            /** @description Whether the same start, sent again, may well end in another way. False where something has to be changed first. */
            retryable: boolean;
            /** @description What a pipeline that failed tells of it. Of Nextflow, and only where it printed an error. Lists of runs leave it out. */
            failure?: components["schemas"]["PipelineFailure"];
        };
        Retention: {
            /** @description Days that runs, their logs and events are kept after their end; absent: as the settings of the installation say, else for ever. */
            runs_days?: number;
            /** @description Days that entries of the audit log are kept; absent: as the settings of the installation say, else for ever. */
            audit_days?: number;
        };
        RetentionInput: {
            /** @description Days that runs, their logs and events are kept after their end; absent: as the settings of the installation say, else for ever. */
            runs_days?: number;
            /** @description Days that entries of the audit log are kept; absent: as the settings of the installation say, else for ever. */
            audit_days?: number;
        };
        Run: {
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description Domain that it belongs to; tokens see their own only.
             * @example default
             */
            domain: string;
            /**
             * @description Lane that it queues in; `default` by default.
             * @example rnaseq
             */
            lane: string;
            /** @description What is run; the key of that name says more. */
            kind: components["schemas"]["RunKind"];
            /** @description Where the run is. `succeeded`, `failed` and `cancelled` are its ends. */
            state: components["schemas"]["RunState"];
            /** @description Name of the catalogue entry, or what `nextflow run` got. */
            pipeline: string;
            /** @description Version of the catalogue's entry that it took; null where no entry was used. */
            pipeline_version: number | null;
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["Container"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["Nextflow"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["Shell"];
            /**
             * @deprecated
             * @description The same as `nextflow.source`; goes with version 1.0.
             */
            source: string | null;
            /**
             * @deprecated
             * @description The same as `nextflow.revision`; goes with version 1.0.
             */
            revision: string | null;
            /**
             * @deprecated
             * @description The same as `nextflow.profile`; goes with version 1.0.
             */
            profile: string | null;
            /**
             * @deprecated
             * @description The same as `nextflow.work_dir`; goes with version 1.0.
             */
            work_dir: string | null;
            /** @description Those of the request merged into those of the catalogue's entry, as they run. */
            params: {
                [key: string]: unknown;
            };
            /** @description The run is ended after it has run this long; up to 30 days. */
            deadline_seconds: number | null;
            /** @description Up to 20 of your own, to find runs by. */
            labels: {
                [key: string]: string;
            };
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by: string | null;
            /** @description 0 to 9; 9 goes first. */
            priority: number;
            /** @description 1 is next; null when the run does not wait in its lane, or is not among the first 100. */
            queue_position: number | null;
            /** @description A lower bound of the place of a run that is not among the first 100; else null. */
            queue_position_at_least: number | null;
            /** @description Kubernetes Jobs made for the run so far. */
            attempt: number;
            /** @description Name of its Kubernetes Job; null before there is one. */
            job_name: string | null;
            /**
             * @description Target that it runs on; `default` by default.
             * @example default
             */
            target: string;
            /** @description false while the run's cluster cannot be reached; the state is then the last one known. */
            reachable: boolean;
            /** @description Where its tasks are known from, as its driver was started: `console` where the cluster is too old for what its entry chose. Null before that, and where nothing tells of tasks. */
            trace_source?: components["schemas"]["TraceSource"] | null;
            /** @description Why it waits, or ended as it did; null when there is nothing to say. */
            reason: components["schemas"]["Reason"] | null;
            /** @description Of the driver; null while it runs, or when it left none. */
            exit_code: number | null;
            /** @description Null until the log shows any. */
            progress: components["schemas"]["Progress"] | null;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /** @description When its process started; null before. */
            started_at: string | null;
            /** @description When it was over; null before. The cluster tells it in whole seconds, cut. */
            finished_at: string | null;
            /** @description Seconds from its start to its end; null before. */
            duration_seconds: number | null;
            /** @description The run that it continues or repeats; null where it was started as a new one. */
            origin?: components["schemas"]["Origin"] | null;
            /** @description Not null: an admin keeps the run, and it is deleted neither by age nor by request. */
            hold: components["schemas"]["Hold"] | null;
            /** @description Number of its newest event. */
            last_seq: number;
            /** @description Params of the request that its entry does not name, and has no schema to check: all were taken. */
            unchecked_params: string[];
            /** @description What was sent to start the run; sent again, it starts another one. Not in lists. */
            request?: components["schemas"]["SentRequest"];
        };
        RunEdits: {
            /** @description Merged into those that were sent: objects merge, all else replaces. */
            params?: {
                [key: string]: unknown;
            };
            /** @description A saved version of the entry, in the place of the current one. Another than that only where the current one lists `pipeline_version` in `overridable`; none from before a deletion of the entry. */
            pipeline_version?: number;
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["ContainerRequest"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["NextflowRequest"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["ShellRequest"];
            /**
             * @description Lane that it queues in; `default` by default.
             * @example rnaseq
             */
            lane?: string;
            /**
             * @description One of the targets of the domain.
             * @example default
             */
            target?: string;
            /** @description What to do when the lane is full: `queue` waits, `attach` returns the run that is there, `reject` refuses. */
            on_busy?: components["schemas"]["OnBusy"];
            /** @description 0 to 9; 9 goes first. */
            priority?: number;
            /** @description Merged into those that were sent. */
            labels?: {
                [key: string]: string;
            };
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by?: string | null;
            /** @description The run is ended after it has run this long; up to 30 days. */
            deadline_seconds?: number;
        };
        RunEvent: components["schemas"]["StatusEvent"] | components["schemas"]["ProgressEvent"] | components["schemas"]["TasksEvent"] | components["schemas"]["LogEvent"] | components["schemas"]["GapEvent"] | components["schemas"]["ErrorEvent"] | components["schemas"]["CompleteEvent"];
        /**
         * @description What is run: `container`, a container; `nextflow`, a Nextflow pipeline; `shell`, a shell script.
         * @enum {string}
         */
        RunKind: "container" | "nextflow" | "shell";
        RunPage: {
            /** @description The runs of the page, newest first. */
            runs: components["schemas"]["Run"][];
            /** @description For `cursor` of the next page; null at the end. */
            next_cursor: string | null;
            /** @description Runs created since then have been looked at, and the page may be short: one call looks at 2,000 at most. null at the end of the list. */
            scanned_until: string | null;
        };
        RunPatch: {
            /** @description Only while it waits in its lane. 9 goes first; among equal ones it stands by its arrival. At most the `max_priority` of its pipeline. */
            priority?: number;
            /** @description Merged into its labels (RFC 7396): null removes one, others stay. */
            labels?: {
                [key: string]: string | null;
            };
        };
        RunRequest: {
            /**
             * @description Name of a catalogue entry, or what `nextflow run` takes, with its owner or place: `nf-core/rnaseq`, an address, `./main.nf`. With an image or a script of its own: any name.
             * @example rnaseq
             */
            pipeline: string & (unknown & unknown);
            /** @description A saved version of the entry, in the place of the current one. Another than that only where the current one lists `pipeline_version` in `overridable`; none from before a deletion of the entry. */
            pipeline_version?: number;
            /** @description They arrive in the file that SLUICE_PARAMS_FILE names as they were sent: digits, types, order. With an entry they are merged into its own: objects merge, all else replaces. */
            params?: {
                [key: string]: unknown;
            };
            /** @description Follows from the key of a kind, else from the entry, and has to agree with both. A `pipeline` that is no entry is one of Nextflow. */
            kind?: components["schemas"]["RunKind"];
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["ContainerRequest"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["NextflowRequest"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["ShellRequest"];
            /**
             * @description Default: that of the entry, else `default`.
             * @example rnaseq
             */
            lane?: string;
            /**
             * @description One of the targets of the domain.
             * @example default
             */
            target?: string;
            /** @description What to do when the lane is full: `queue` waits, `attach` returns the run that is there, `reject` refuses. Default: `"queue"`. */
            on_busy?: components["schemas"]["OnBusy"];
            /** @description 9 goes first; equal ones in order of arrival. Default: `0`. */
            priority?: number;
            /** @description Up to 20 of your own, to find runs by. Default: `{}`. */
            labels?: {
                [key: string]: string;
            };
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by?: string | null;
            /** @description The run is ended after it has run this long; up to 30 days. */
            deadline_seconds?: number;
            /**
             * @description A run of this domain that this one repeats; only shown.
             * @example r01jqk3v9x2abcde
             */
            rerun_of?: string;
            /**
             * @deprecated
             * @description The same as `nextflow.revision`; goes with version 1.0.
             */
            revision?: (string & (unknown & unknown)) | null;
            /**
             * @deprecated
             * @description The same as `nextflow.profile`; goes with version 1.0.
             */
            profile?: (string & (unknown & unknown)) | null;
            /**
             * @deprecated
             * @description The same as `nextflow.work_dir`; goes with version 1.0.
             */
            work_dir?: (string & (unknown & unknown)) | null;
        };
        /** @enum {string} */
        RunState: "queued" | "starting" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
        SchemaSource: {
            /** @description Of the file. */
            url: string;
            /** @description Of the file, in hexadecimal digits. */
            sha256: string;
            /**
             * Format: date-time
             * @description When it was read.
             */
            fetched_at: string;
        };
        SchemaSourceInput: {
            /** @description Of the file. */
            url: string;
            /** @description Of the file, in hexadecimal digits. */
            sha256: string;
            /**
             * Format: date-time
             * @description When it was read.
             */
            fetched_at: string;
        };
        /** @enum {string} */
        Scope: "read" | "launch" | "run" | "admin";
        SecretSource: {
            /** @description A Secret in the namespace of the run's target, which has to list it in `secrets`. */
            secret?: string;
            /**
             * @description The key of that Secret.
             * @example password
             */
            key?: string;
            /**
             * @description In the place of both: a key of the Secret that the `vault` of the run's target makes of secrets in Key Vault.
             * @example password
             */
            vault_key?: string;
        };
        SecretSourceInput: {
            /** @description A Secret in the namespace of the run's target, which has to list it in `secrets`. */
            secret?: string;
            /**
             * @description The key of that Secret.
             * @example password
             */
            key?: string;
            /**
             * @description In the place of both: a key of the Secret that the `vault` of the run's target makes of secrets in Key Vault.
             * @example password
             */
            vault_key?: string;
        };
        SentRequest: {
            [key: string]: unknown;
        };
        Shell: {
            /**
             * @description The script, at most 131072 bytes of UTF-8. The body has its own limit as it is sent, where a character that is escaped (`\u00e4`) takes six bytes.
             * @example echo "$SLUICE_RUN_ID"
             */
            script: string & (unknown & unknown);
            /**
             * @description Path of the program that gets the script as its one argument. Default: `/bin/sh`.
             * @example /bin/bash
             */
            shell?: string;
            /** @description Default: the target's `shell_image`. */
            image?: string;
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSource"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        ShellEntry: {
            /**
             * @description The script, at most 131072 bytes of UTF-8. The body has its own limit as it is sent, where a character that is escaped (`\u00e4`) takes six bytes.
             * @example echo "$SLUICE_RUN_ID"
             */
            script: string & (unknown & unknown);
            /**
             * @description Path of the program that gets the script as its one argument. Default: `/bin/sh`.
             * @example /bin/bash
             */
            shell?: string;
            /** @description Default: the target's `shell_image`. */
            image?: string;
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSource"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        ShellEntryInput: {
            /**
             * @description The script, at most 131072 bytes of UTF-8. The body has its own limit as it is sent, where a character that is escaped (`\u00e4`) takes six bytes.
             * @example echo "$SLUICE_RUN_ID"
             */
            script?: string & (unknown & unknown);
            /**
             * @description Path of the program that gets the script as its one argument. Default: `/bin/sh`.
             * @example /bin/bash
             */
            shell?: string;
            /** @description Default: the target's `shell_image`. */
            image?: string;
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSourceInput"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        ShellRequest: {
            /**
             * @description The script, at most 131072 bytes of UTF-8. The body has its own limit as it is sent, where a character that is escaped (`\u00e4`) takes six bytes.
             * @example echo "$SLUICE_RUN_ID"
             */
            script?: string & (unknown & unknown);
            /**
             * @description Path of the program that gets the script as its one argument. Default: `/bin/sh`.
             * @example /bin/bash
             */
            shell?: string;
            /** @description Default: the target's `shell_image`. */
            image?: string;
            /** @description Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`. */
            env?: {
                [key: string]: string;
            };
            /** @description Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log. */
            secret_env?: {
                [key: string]: components["schemas"]["SecretSourceInput"];
            };
            /** @description What the driver asks of its node. */
            resources?: {
                /** @description CPU request, such as 500m or 2. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. */
                memory?: string;
            };
        };
        SignIn: {
            /** @description The OpenID provider; its endpoints are at `/.well-known/openid-configuration` below it. */
            issuer: string;
            /** @description Of a client without a secret. */
            client_id: string;
            /** @description What to ask the provider for. */
            scope: string;
        };
        SignInAnswer: {
            /** @description Null where people do not sign in: they need a token of ours. */
            sign_in: components["schemas"]["SignIn"] | null;
        };
        StartAnswer: {
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description Domain that it belongs to; tokens see their own only.
             * @example default
             */
            domain: string;
            /**
             * @description Lane that it queues in; `default` by default.
             * @example rnaseq
             */
            lane: string;
            /** @description What is run; the key of that name says more. */
            kind: components["schemas"]["RunKind"];
            /** @description Where the run is. `succeeded`, `failed` and `cancelled` are its ends. */
            state: components["schemas"]["RunState"];
            /** @description Name of the catalogue entry, or what `nextflow run` got. */
            pipeline: string;
            /** @description Version of the catalogue's entry that it took; null where no entry was used. */
            pipeline_version: number | null;
            /** @description Only for the kind `container`. */
            container?: components["schemas"]["Container"];
            /** @description Only for the kind `nextflow`. */
            nextflow?: components["schemas"]["Nextflow"];
            /** @description Only for the kind `shell`. */
            shell?: components["schemas"]["Shell"];
            /**
             * @deprecated
             * @description The same as `nextflow.source`; goes with version 1.0.
             */
            source: string | null;
            /**
             * @deprecated
             * @description The same as `nextflow.revision`; goes with version 1.0.
             */
            revision: string | null;
            /**
             * @deprecated
             * @description The same as `nextflow.profile`; goes with version 1.0.
             */
            profile: string | null;
            /**
             * @deprecated
             * @description The same as `nextflow.work_dir`; goes with version 1.0.
             */
            work_dir: string | null;
            /** @description Those of the request merged into those of the catalogue's entry, as they run. */
            params: {
                [key: string]: unknown;
            };
            /** @description The run is ended after it has run this long; up to 30 days. */
            deadline_seconds: number | null;
            /** @description Up to 20 of your own, to find runs by. */
            labels: {
                [key: string]: string;
            };
            /** @description Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown. */
            triggered_by: string | null;
            /** @description 0 to 9; 9 goes first. */
            priority: number;
            /** @description 1 is next; null when the run does not wait in its lane, or is not among the first 100. */
            queue_position: number | null;
            /** @description A lower bound of the place of a run that is not among the first 100; else null. */
            queue_position_at_least: number | null;
            /** @description Kubernetes Jobs made for the run so far. */
            attempt: number;
            /** @description Name of its Kubernetes Job; null before there is one. */
            job_name: string | null;
            /**
             * @description Target that it runs on; `default` by default.
             * @example default
             */
            target: string;
            /** @description false while the run's cluster cannot be reached; the state is then the last one known. */
            reachable: boolean;
            /** @description Where its tasks are known from, as its driver was started: `console` where the cluster is too old for what its entry chose. Null before that, and where nothing tells of tasks. */
            trace_source?: components["schemas"]["TraceSource"] | null;
            /** @description Why it waits, or ended as it did; null when there is nothing to say. */
            reason: components["schemas"]["Reason"] | null;
            /** @description Of the driver; null while it runs, or when it left none. */
            exit_code: number | null;
            /** @description Null until the log shows any. */
            progress: components["schemas"]["Progress"] | null;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /** @description When its process started; null before. */
            started_at: string | null;
            /** @description When it was over; null before. The cluster tells it in whole seconds, cut. */
            finished_at: string | null;
            /** @description Seconds from its start to its end; null before. */
            duration_seconds: number | null;
            /** @description The run that it continues or repeats; null where it was started as a new one. */
            origin?: components["schemas"]["Origin"] | null;
            /** @description Not null: an admin keeps the run, and it is deleted neither by age nor by request. */
            hold: components["schemas"]["Hold"] | null;
            /** @description Number of its newest event. */
            last_seq: number;
            /** @description Params of the request that its entry does not name, and has no schema to check: all were taken. */
            unchecked_params: string[];
            /** @description What was sent to start the run; sent again, it starts another one. Not in lists. */
            request?: components["schemas"]["SentRequest"];
            /**
             * @description The lane was busy: this is the run that was already there.
             * @constant
             */
            attached?: true;
            /** @description With `attached`: the request is not the one that runs. */
            differs?: boolean;
        };
        StatusEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "status";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: {
                /** @description State of the run. */
                status: components["schemas"]["RunState"];
                /** @description A sentence for a person. */
                message: string | null;
                /** @description Why it waits, or ended as it did; null when there is nothing to say. */
                reason: components["schemas"]["Reason"] | null;
                /** @description Name of its Kubernetes Job; null before there is one. */
                job_name: string | null;
                /** @description Kubernetes Jobs made for the run so far. */
                attempt: number;
            };
        };
        Storage: {
            /** @description A PersistentVolumeClaim of the namespace. */
            claim: string;
            /**
             * @description Where it is mounted; default: the target's.
             * @example /workspace
             */
            mount_path?: string;
        };
        StorageInput: {
            /** @description A PersistentVolumeClaim of the namespace. */
            claim: string;
            /**
             * @description Where it is mounted; default: the target's.
             * @example /workspace
             */
            mount_path?: string;
        };
        Target: {
            /**
             * @description Its name in the domain.
             * @example rnaseq
             */
            name: string;
            /**
             * @description Which of the configured cluster connections (kubeconfig, managed identity) to use. Default: `"default"`.
             * @example default
             */
            connection: string;
            /**
             * @description Namespace of its Jobs. Default: `"sluice"`.
             * @example sluice
             */
            namespace: string;
            /** @description ServiceAccount of driver pods. Default: `"sluice-driver"`. */
            service_account: string;
            /** @description PersistentVolumeClaim mounted into drivers and Nextflow task pods; null for none. Default: `null`. */
            work_claim: string | null;
            /**
             * @description Where the claim is mounted. Default: `"/workspace"`.
             * @example /workspace
             */
            work_path: string;
            /** @description Numeric user of driver pods; null leaves it to the image (not for the restricted level). Default: `1000`. */
            run_as_user: number | null;
            /** @description Labels that a node needs to run drivers. Default: `{}`. */
            node_selector: {
                [key: string]: string;
            };
            /** @description Secrets of the namespace with which the images of drivers and Nextflow task pods are pulled. */
            image_pull_secrets?: string[];
            /** @description Secrets of the namespace that runs may name in `secret_env`; none by default. */
            secrets?: string[];
            /** @description Where `secret_env` finds secrets of Key Vault. */
            vault?: {
                /** @description A SecretProviderClass of the namespace (Secrets Store CSI driver). */
                provider_class: string;
                /** @description The Secret that it makes (`secretObjects`), whose keys are named in `vault_key`. */
                secret: string;
            };
            /** @description Requests of a driver that asks for nothing; the memory is its limit too. */
            resources: {
                /** @description CPU request, such as 500m or 2. Default: `"500m"`. */
                cpu: string;
                /** @description Memory request and limit, such as 2Gi. Default: `"1Gi"`. */
                memory: string;
            };
            /** @description ServiceAccount of the task pods that Nextflow makes; it needs no rights. Default: `"sluice-task"`. */
            task_service_account: string;
            /** @description Image of the drivers of Nextflow pipelines. Default: `"nextflow/nextflow:25.10.2"`. */
            nextflow_image: string;
            /** @description Plugins of Nextflow that drivers load; null for those of the image. Default: `null`. */
            plugins: components["schemas"]["PluginFolder"] | null;
            /** @description Labels that a node needs to run task pods; by default those of `node_selector`. */
            task_node_selector?: {
                [key: string]: string;
            };
            /** @description Image of shell scripts that name none; null refuses them. Default: `null`. */
            shell_image: string | null;
        };
        TargetCheck: {
            /**
             * @description Target that it runs on; `default` by default.
             * @example default
             */
            target: string;
            /**
             * @description Which of the configured connections was used.
             * @example default
             */
            connection: string;
            /** @description Where its runs go. */
            namespace: string;
            /** @description Nothing failed. */
            ok: boolean;
            /** @description Version of the API server; null where it does not answer. */
            server_version: string | null;
            /** @description How long the first answer took; null without one. */
            answered_in_ms: number | null;
            /** @description In the order in which runs need it. */
            checks: components["schemas"]["CheckResult"][];
        };
        TargetInput: {
            /**
             * @description Its name in the domain.
             * @example rnaseq
             */
            name: string;
            /**
             * @description Which of the configured cluster connections (kubeconfig, managed identity) to use. Default: `"default"`.
             * @example default
             */
            connection?: string;
            /**
             * @description Namespace of its Jobs. Default: `"sluice"`.
             * @example sluice
             */
            namespace?: string;
            /** @description ServiceAccount of driver pods. Default: `"sluice-driver"`. */
            service_account?: string;
            /** @description PersistentVolumeClaim mounted into drivers and Nextflow task pods; null for none. Default: `null`. */
            work_claim?: string | null;
            /**
             * @description Where the claim is mounted. Default: `"/workspace"`.
             * @example /workspace
             */
            work_path?: string;
            /** @description Numeric user of driver pods; null leaves it to the image (not for the restricted level). Default: `1000`. */
            run_as_user?: number | null;
            /** @description Labels that a node needs to run drivers. Default: `{}`. */
            node_selector?: {
                [key: string]: string;
            };
            /** @description Secrets of the namespace with which the images of drivers and Nextflow task pods are pulled. */
            image_pull_secrets?: string[];
            /** @description Secrets of the namespace that runs may name in `secret_env`; none by default. */
            secrets?: string[];
            /** @description Where `secret_env` finds secrets of Key Vault. */
            vault?: {
                /** @description A SecretProviderClass of the namespace (Secrets Store CSI driver). */
                provider_class: string;
                /** @description The Secret that it makes (`secretObjects`), whose keys are named in `vault_key`. */
                secret: string;
            };
            /** @description Requests of a driver that asks for nothing; the memory is its limit too. Default: `{}`. */
            resources?: {
                /** @description CPU request, such as 500m or 2. Default: `"500m"`. */
                cpu?: string;
                /** @description Memory request and limit, such as 2Gi. Default: `"1Gi"`. */
                memory?: string;
            };
            /** @description ServiceAccount of the task pods that Nextflow makes; it needs no rights. Default: `"sluice-task"`. */
            task_service_account?: string;
            /** @description Image of the drivers of Nextflow pipelines. Default: `"nextflow/nextflow:25.10.2"`. */
            nextflow_image?: string;
            /** @description Plugins of Nextflow that drivers load; null for those of the image. */
            plugins?: components["schemas"]["PluginFolderInput"] | null;
            /** @description Labels that a node needs to run task pods; by default those of `node_selector`. */
            task_node_selector?: {
                [key: string]: string;
            };
            /** @description Image of shell scripts that name none; null refuses them. Default: `null`. */
            shell_image?: string | null;
        };
        TargetList: {
            /** @description All targets, by name. */
            targets: components["schemas"]["Target"][];
        };
        Task: {
            /** @description Its id: Nextflow's number of the task, `2.17` for one of a run's second attempt, or `h-ab-cdef12` while only its hash is known. */
            task: string;
            /** @description Begin of its work folder: `ab/cdef12`. */
            hash: string | null;
            /** @description Fully qualified name of its process. */
            process: string;
            /** @description Its tag; null without one. */
            tag: string | null;
            /** @description Process, with the tag in brackets. */
            name: string;
            /** @description Where it is. */
            status: components["schemas"]["TaskStatus"];
            /** @description Which try of this task it is; 1 where the source does not tell (`log`, `console`). */
            attempt: number;
            /** @description Exit status; null without one. */
            exit: number | null;
            /** @description What Nextflow made of its failure. */
            error_action: ("retry" | "ignore" | "finish" | "terminate") | null;
            /** @description When Nextflow submitted it, UTC. */
            submitted_at: string | null;
            /** @description When its script started, UTC. */
            started_at: string | null;
            /** @description When it ended, UTC. */
            finished_at: string | null;
            /** @description From its submission to its end, milliseconds. */
            duration_ms: number | null;
            /** @description That its script ran, milliseconds. */
            realtime_ms: number | null;
            /** @description CPUs that it asked for. */
            cpus: number | null;
            /** @description 100 is one CPU, used all the time. */
            cpu_percent: number | null;
            /** @description Bytes of memory that it asked for. */
            memory: number | null;
            /** @description Of its machine's memory. */
            memory_percent: number | null;
            /** @description Bytes of memory at its end. */
            rss: number | null;
            /** @description Most bytes of memory. */
            peak_rss: number | null;
            /** @description Most bytes of virtual memory. */
            peak_vmem: number | null;
            /** @description Bytes of disk that it asked for. */
            disk: number | null;
            /** @description Time limit that it asked for, milliseconds. */
            time_limit_ms: number | null;
            /** @description Bytes that it read, from caches too. */
            read_chars: number | null;
            /** @description Bytes that it wrote, to caches too. */
            written_chars: number | null;
            /** @description Bytes that it read from disks. */
            read_bytes: number | null;
            /** @description Bytes that it wrote to disks. */
            written_bytes: number | null;
            /** @description Its image; null without one. */
            container: string | null;
            /** @description Of its executor, where that has queues. */
            queue: string | null;
            /** @description Its pod, or its process id. */
            native_id: string | null;
            /** @description Folder in which it ran. */
            work_dir: string | null;
        };
        TaskBrief: {
            /** @description Its id: Nextflow's number of the task, `2.17` for one of a run's second attempt, or `h-ab-cdef12` while only its hash is known. */
            task: string;
            /** @description Begin of its work folder: `ab/cdef12`. */
            hash: string | null;
            /** @description Fully qualified name of its process. */
            process: string;
            /** @description Its tag; null without one. */
            tag: string | null;
            /** @description Process, with the tag in brackets. */
            name: string;
            /** @description Where it is. */
            status: components["schemas"]["TaskStatus"];
            /** @description Which try of this task it is; 1 where the source does not tell (`log`, `console`). */
            attempt: number;
            /** @description Exit status; null without one. */
            exit: number | null;
            /** @description What Nextflow made of its failure. */
            error_action: ("retry" | "ignore" | "finish" | "terminate") | null;
            /** @description When Nextflow submitted it, UTC. */
            submitted_at: string | null;
            /** @description When its script started, UTC. */
            started_at: string | null;
            /** @description When it ended, UTC. */
            finished_at: string | null;
        };
        /** @description Tasks by their status, each attempt a task. `stored`: outputs found in a `storeDir`. `retried` and `ignored` are failed ones, and counted as `failed` too. */
        TaskCounts: {
            /** @description Made by Nextflow, not yet submitted. */
            pending: number;
            /** @description Wait for a place on the cluster. */
            submitted: number;
            /** @description Run. */
            running: number;
            /** @description Ended with success, also where that was not told before their run succeeded. */
            succeeded: number;
            /** @description Not run again: an earlier run of the session did. */
            cached: number;
            /** @description Failed, with those that were run again or ignored. */
            failed: number;
            /** @description Stopped before their end, or not over when their run failed or was cancelled. */
            aborted: number;
            /** @description Outputs that were in a `storeDir` already. */
            stored: number;
            /** @description Of those that failed: run again. */
            retried: number;
            /** @description Of those that failed: the pipeline goes on without. */
            ignored: number;
        };
        TaskDetail: {
            /** @description Its id: Nextflow's number of the task, `2.17` for one of a run's second attempt, or `h-ab-cdef12` while only its hash is known. */
            task: string;
            /** @description Begin of its work folder: `ab/cdef12`. */
            hash: string | null;
            /** @description Fully qualified name of its process. */
            process: string;
            /** @description Its tag; null without one. */
            tag: string | null;
            /** @description Process, with the tag in brackets. */
            name: string;
            /** @description Where it is. */
            status: components["schemas"]["TaskStatus"];
            /** @description Which try of this task it is; 1 where the source does not tell (`log`, `console`). */
            attempt: number;
            /** @description Exit status; null without one. */
            exit: number | null;
            /** @description What Nextflow made of its failure. */
            error_action: ("retry" | "ignore" | "finish" | "terminate") | null;
            /** @description When Nextflow submitted it, UTC. */
            submitted_at: string | null;
            /** @description When its script started, UTC. */
            started_at: string | null;
            /** @description When it ended, UTC. */
            finished_at: string | null;
            /** @description From its submission to its end, milliseconds. */
            duration_ms: number | null;
            /** @description That its script ran, milliseconds. */
            realtime_ms: number | null;
            /** @description CPUs that it asked for. */
            cpus: number | null;
            /** @description 100 is one CPU, used all the time. */
            cpu_percent: number | null;
            /** @description Bytes of memory that it asked for. */
            memory: number | null;
            /** @description Of its machine's memory. */
            memory_percent: number | null;
            /** @description Bytes of memory at its end. */
            rss: number | null;
            /** @description Most bytes of memory. */
            peak_rss: number | null;
            /** @description Most bytes of virtual memory. */
            peak_vmem: number | null;
            /** @description Bytes of disk that it asked for. */
            disk: number | null;
            /** @description Time limit that it asked for, milliseconds. */
            time_limit_ms: number | null;
            /** @description Bytes that it read, from caches too. */
            read_chars: number | null;
            /** @description Bytes that it wrote, to caches too. */
            written_chars: number | null;
            /** @description Bytes that it read from disks. */
            read_bytes: number | null;
            /** @description Bytes that it wrote to disks. */
            written_bytes: number | null;
            /** @description Its image; null without one. */
            container: string | null;
            /** @description Of its executor, where that has queues. */
            queue: string | null;
            /** @description Its pod, or its process id. */
            native_id: string | null;
            /** @description Folder in which it ran. */
            work_dir: string | null;
            /** @description As Nextflow sent it, at most 10,240 characters. */
            script: string | null;
            /** @description Such as `k8s`. */
            executor: string | null;
            /** @description Folder on its machine, where it used one. */
            scratch: string | null;
            /** @description Environment modules that it loaded. */
            modules: string[];
            /** @description Its machine, where that is known. */
            hostname: string | null;
            /**
             * @description Where its log can be read: from its pod (`live`), from what was `kept`, from its work folder (`volume`: it takes some seconds, and may be 404 `log_gone`, as on a target without a work volume), or nowhere.
             * @enum {string}
             */
            log: "live" | "kept" | "volume" | "none";
        };
        TaskLimits: {
            /** @description Whole CPUs of a task. */
            cpu?: number;
            /** @description Memory of a task, such as 16Gi. */
            memory?: string;
            /** @description How long a task may run. */
            time_seconds?: number;
        };
        TaskLimitsInput: {
            /** @description Whole CPUs of a task. */
            cpu?: number;
            /** @description Memory of a task, such as 16Gi. */
            memory?: string;
            /** @description How long a task may run. */
            time_seconds?: number;
        };
        TaskPage: {
            /** @description Those of this page. */
            tasks: components["schemas"]["Task"][];
            /** @description All processes of the run in the order of the pipeline, whatever is filtered. */
            processes: components["schemas"]["ProcessCounts"][];
            /** @description All tasks of the run, whatever is filtered. */
            counts: components["schemas"]["TaskCounts"];
            /** @description What has told of the tasks; until something has, the run's `trace_source`. Null where nothing tells of any. */
            source: components["schemas"]["TraceSource"] | null;
            /** @description For `cursor` of the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        TaskStatus: "pending" | "submitted" | "running" | "succeeded" | "cached" | "failed" | "aborted";
        TasksEvent: {
            /** @description Position in the run, from 1 without gaps. */
            seq: number;
            /**
             * @description Id of the run.
             * @example r01jqk3v9x2abcde
             */
            run_id: string;
            /**
             * @description What kind of event it is. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "tasks";
            /**
             * Format: date-time
             * @description When the event was recorded, UTC.
             */
            timestamp: string;
            /** @description What happened. */
            data: {
                /** @description Those that changed. */
                processes: components["schemas"]["ProcessCounts"][];
                /** @description Those that changed, 100 at most. */
                tasks: components["schemas"]["TaskBrief"][];
                /** @description Others changed too: read the list. */
                more: boolean;
            };
        };
        Token: {
            /** @description Domain, a dot, and 12 random characters. */
            id: string;
            /** @description For people: who or what uses it. */
            name: string;
            /**
             * @description Domain that it belongs to; tokens see their own only.
             * @example default
             */
            domain: string;
            /** @description What the token may do. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /** @description Id of the token that made it. */
            created_by: string;
            /** @description When it stops to be valid, UTC; null for never. */
            expires_at: string | null;
            /** @description Noted once an hour at most; null when it was never used. */
            last_used_at: string | null;
            /** @description Id of the token that it was made from. */
            replaces: string | null;
            /** @description Id of the token that was made from it by a rotation. */
            replaced_by: string | null;
        };
        TokenList: {
            /** @description All tokens, without their secrets. */
            tokens: components["schemas"]["Token"][];
        };
        TokenRequest: {
            /**
             * @description For people: who or what uses it.
             * @example rnaseq
             */
            name: string;
            /** @description Each includes those before it: `read`; `launch` starts entries of the catalogue and cancels; `run` starts what the policy allows; `admin`. */
            scopes: components["schemas"]["Scope"][];
            /** @description When it ends, and its live connections with it; null for never. Default: `null`. */
            expires_at?: string | null;
            /**
             * @description Only for the admin token and admins of the settings; else the domain of the caller.
             * @example default
             */
            domain?: string;
        };
        TokenRotation: {
            /** @description How long both are valid; the old one may expire earlier. Default: `3600`. */
            overlap_seconds?: number;
            /** @description When the new one ends; by default when the old one would have ended. */
            expires_at?: string | null;
        };
        Trace: {
            /** @description What has told of the tasks; until something has, the run's `trace_source`. Null where nothing tells of any. */
            source: components["schemas"]["TraceSource"] | null;
            /** @description Nextflow's session, a UUID. */
            session_id: string | null;
            /** @description Such as `24.10.5`. */
            nextflow_version: string | null;
            /** @description Where the pipeline came from; null for a script of the work volume. */
            repository: string | null;
            /** @description Branch or tag of it. */
            revision: string | null;
            /** @description The commit that ran. */
            commit_id: string | null;
            /** @description Folder of the pipeline. */
            project_dir: string | null;
            /** @description Folder in which Nextflow was started. */
            launch_dir: string | null;
            /** @description Folder with the work folders of tasks. */
            work_dir: string | null;
            /** @description As Nextflow was started. */
            command_line: string | null;
            /** @description Null on Kubernetes. */
            container_engine: string | null;
            /** @description In the order of the pipeline. */
            processes: components["schemas"]["ProcessCounts"][];
            /** @description All tasks of the run. */
            counts: components["schemas"]["TaskCounts"];
            /** @description What tasks used, by process. */
            use: components["schemas"]["ProcessUse"][];
            /** @description The graph of processes, where Nextflow sent it, as Mermaid text. */
            dag: string | null;
            /** @description An estimate from the mean time of tasks of each process and how many run at once, of the tasks that are known now: Nextflow may make more. Null without one. */
            remaining_seconds: number | null;
            /** @description When Nextflow last told anything. */
            heard_at: string | null;
            /** @description True where more tasks came than the 200,000 that are kept of a run. */
            tasks_left_out?: boolean;
        };
        /** @enum {string} */
        TraceChoice: "log" | "file" | "tower" | "weblog" | "off";
        /** @description As Nextflow sends it. What is not understood is ignored. */
        TraceMessage: {
            [key: string]: unknown;
        };
        /**
         * @description Where a run's tasks are known from: `tower`, Nextflow's own trace protocol; `weblog`, the plugin nf-weblog, which tells nothing of cached tasks; `file`, the trace file and the console; `log`, Nextflow's log file and the console, which tell nothing of what tasks used; `console`, on a cluster that is too old for the others (Kubernetes before 1.29), or until a driver's first message has come by `tower` or `weblog`, which tells of the end of a task only where that failed; the others end with the run.
         * @enum {string}
         */
        TraceSource: "tower" | "weblog" | "file" | "log" | "console";
        TraceTaken: {
            /** @description The run whose token it is. */
            workflowId: string;
            /** @description Its page; Nextflow prints it. */
            watchUrl: string;
        };
    };
    responses: {
        /** @description `bad_request`: The request is malformed. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `changed`: Someone else changed it at the same moment. */
        Changed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `changed`: Someone else changed it at the same moment. `not_queued`: The run does not wait in its lane any more. `over`: The run is over. */
        ChangedOrNotQueuedOrOver: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `conflict`: The thing exists already, or is in use. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `conflict`: The thing exists already, or is in use. `changed`: Someone else changed it at the same moment. */
        ConflictOrChanged: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `file_too_large`: The file is too large for one answer. */
        FileTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `files_unavailable`: The files cannot be read at the moment. `schema_mismatch`: The stored data is of another version. `unavailable`: Storage, or the issuer of sign-ins, cannot be reached. */
        FilesUnavailableOrSchemaMismatchOrUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `forbidden`: The token may not do this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `gone`: It was deleted, or is past its retention time. */
        Gone: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal`: Something went wrong on our side. */
        Internal: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid`: A value is not acceptable. */
        Invalid: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid`: A value is not acceptable. `idempotency_mismatch`: The Idempotency-Key was used for another request. */
        InvalidOrIdempotencyMismatch: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `lane_busy`: The lane is busy. `lane_paused`: The lane is paused. `changed`: Someone else changed it at the same moment. */
        LaneBusyOrLanePausedOrChanged: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `lane_busy`: The lane is busy. `lane_paused`: The lane is paused. `too_many_lanes`: The domain has as many lanes as it may. `changed`: Someone else changed it at the same moment. */
        LaneBusyOrLanePausedOrTooManyLanesOrChanged: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `lane_busy`: The lane is busy. `lane_paused`: The lane is paused. `too_many_lanes`: The domain has as many lanes as it may. `changed`: Someone else changed it at the same moment. `session_busy`: Another run has the session, which only one run may have at a time. `not_resumable`: The run left nothing to continue from. */
        LaneBusyOrLanePausedOrTooManyLanesOrChangedOrSessionBusyOrNotResumable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `no_such_pipeline`: The catalogue has no such pipeline. */
        NoSuchPipeline: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_acceptable`: None of the accepted types is available. */
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: There is no such thing here. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: There is no such thing here. `log_gone`: There is no log of this task any more. */
        NotFoundOrLogGone: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: There is no such thing here. `no_such_pipeline`: The catalogue has no such pipeline. */
        NotFoundOrNoSuchPipeline: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_over`: The run is not over, or something of it is still to be cleaned up. `held`: The run is held: it may not be deleted. */
        NotOverOrHeld: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_readable`: The files are where they cannot be read from here. */
        NotReadable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal`: Something went wrong on our side. */
        OpenInternal: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `schema_mismatch`: The stored data is of another version. `unavailable`: Storage, or the issuer of sign-ins, cannot be reached. */
        OpenSchemaMismatchOrUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `precondition_failed`: The thing is no longer the one you read. */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `range_not_satisfiable`: The range is outside of what there is. */
        RangeNotSatisfiable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Content-Range": components["headers"]["Content-Range"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `rate_limited`: Too many requests. */
        RateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `rate_limited`: Too many requests. `quota_exceeded`: The domain has used up a quota. `lane_full`: The queue of the lane is full. */
        RateLimitedOrQuotaExceededOrLaneFull: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `schema_mismatch`: The stored data is of another version. `unavailable`: Storage, or the issuer of sign-ins, cannot be reached. */
        SchemaMismatchOrUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_large`: The request is too large. */
        TooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_many_lanes`: The domain has as many lanes as it may. `changed`: Someone else changed it at the same moment. */
        TooManyLanesOrChanged: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthorized`: A valid token is required. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: The body must be application/json. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Id of the request, in every log line about it; taken from the request if it has a fit one. */
        "X-Request-Id": string;
        /** @description Requests that the token may send at once. */
        "RateLimit-Limit": number;
        /** @description How many of them are left now. */
        "RateLimit-Remaining": number;
        /** @description Seconds until all of them are there again. */
        "RateLimit-Reset": number;
        /** @description Seconds to wait before the request is sent again. */
        "Retry-After": number;
        /** @description That a Bearer token is asked for, and what is wrong with the one that was sent; with 403 only where a scope is missing. */
        "WWW-Authenticate": string;
        /** @description `rel="next"`: where the list continues; absent at its end. */
        Link: string;
        /** @description Path of what the answer is about. */
        Location: string;
        /** @description Path of the run; absent with `dry_run`. */
        LocationOrNone: string;
        /** @description `true` when the run is the one that this Idempotency-Key started before. */
        "Idempotency-Replayed": string;
        /** @description Version of what the answer shows, for `If-Match` and `If-None-Match`. */
        ETag: string;
        /** @description `bytes`: ranges can be asked for. */
        "Accept-Ranges": string;
        /** @description Which bytes of how many: `bytes 0-99/1234`; with 416 `bytes *\/1234`. */
        "Content-Range": string;
        /** @description That it is an attachment, and its name (RFC 6266). */
        "Content-Disposition": string;
        /** @description When it was last changed. */
        "Last-Modified": string;
        /** @description `true` when no more of the log can come. */
        "Sluice-Log-Complete": string;
        /** @description `websocket`; proxies take it away. */
        Upgrade: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listRuns: {
        parameters: {
            query?: {
                /** @description Runs in one of these states: `queued,running`, or the parameter several times. */
                state?: components["schemas"]["RunState"][];
                /** @description Runs of one of these lanes, at most 10: `a,b`, or the parameter several times. */
                lane?: string[];
                /** @description Runs of this entry, or of what `nextflow run` got: the exact text. The parameter several times, at most 10: of one of these. */
                pipeline?: string[];
                /** @description Runs of one of these kinds. */
                kind?: components["schemas"]["RunKind"][];
                /** @description Runs with exactly this `triggered_by`. */
                triggered_by?: string;
                /** @description Runs whose id begins with this text, or whose pipeline has it somewhere, in any case. A whole id finds its run at once, however old it is. */
                search?: string;
                /** @description Runs with all of these labels, each `name=value`. */
                label?: string[];
                /** @description Runs created at or after this time: `2026-11-28T09:30:00Z`, a day (from 00:00 UTC), or how long ago it was (`90m`, `1h`, `7d`, `2w`). */
                since?: string;
                /** @description Runs created before this time, which is written like `since`. */
                until?: string;
                /** @description Most entries of a page. */
                limit?: number;
                /** @description `next_cursor` of the page before, with the filters that it had. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; it may be short, or empty, while `next_cursor` is not null. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    startRun: {
        parameters: {
            query?: {
                /** @description `true`: starts and writes nothing, and answers what would run, or the same refusal as a start. It counts as one request of the rate limit, and no quota counts it; an `Idempotency-Key` is ignored. What it tells may have changed a moment later. */
                dry_run?: "true" | "false";
            };
            header?: {
                /** @description The same key and body give the same run, whatever has changed since in catalogue or policy; another body is refused. A key does not expire: it holds as long as its run is there. A request that was refused leaves none. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pipeline": "hello",
                 *       "labels": {
                 *         "sample": "S1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description Attached to the run of a busy lane, or replayed by its key; with `dry_run` what would run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["LocationOrNone"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartAnswer"] | components["schemas"]["DryRun"];
                };
            };
            /** @description The run was taken in; `Location` says where it is. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchPipeline"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["LaneBusyOrLanePausedOrTooManyLanesOrChangedOrSessionBusyOrNotResumable"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidOrIdempotencyMismatch"];
            429: components["responses"]["RateLimitedOrQuotaExceededOrLaneFull"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. Only of one that is over is `If-None-Match` answered with 304: what is shown of a live one also changes without its version. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description It is still one of the versions of `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    deleteRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["NotOverOrHeld"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    patchRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "labels": {
                 *         "batch": "7",
                 *         "sample": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RunPatch"];
            };
        };
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ChangedOrNotQueuedOrOver"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Wrong samples"
                 *     }
                 */
                "application/json": components["schemas"]["CancelRequest"];
            };
        };
        responses: {
            /** @description The run was over already. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Accepted; watch the run for its end. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    confirmRunGone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The cluster was deleted"
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmGoneRequest"];
            };
        };
        responses: {
            /** @description The run, which is over. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    resumeRun: {
        parameters: {
            query?: {
                /** @description `true`: starts and writes nothing, and answers what would run, or the same refusal as a start. It counts as one request of the rate limit, and no quota counts it; an `Idempotency-Key` is ignored. What it tells may have changed a moment later. */
                dry_run?: "true" | "false";
            };
            header?: {
                /** @description The same key and body give the same run, whatever has changed since in catalogue or policy; another body is refused. A key does not expire: it holds as long as its run is there. A request that was refused leaves none. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "labels": {
                 *         "again": "yes"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RunEdits"];
            };
        };
        responses: {
            /** @description Replayed by its key; with `dry_run` what would run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["LocationOrNone"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartAnswer"] | components["schemas"]["DryRun"];
                };
            };
            /** @description The new run was taken in; `Location` says where it is. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrNoSuchPipeline"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["LaneBusyOrLanePausedOrTooManyLanesOrChangedOrSessionBusyOrNotResumable"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidOrIdempotencyMismatch"];
            429: components["responses"]["RateLimitedOrQuotaExceededOrLaneFull"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    rerunRun: {
        parameters: {
            query?: {
                /** @description `true`: starts and writes nothing, and answers what would run, or the same refusal as a start. It counts as one request of the rate limit, and no quota counts it; an `Idempotency-Key` is ignored. What it tells may have changed a moment later. */
                dry_run?: "true" | "false";
            };
            header?: {
                /** @description The same key and body give the same run, whatever has changed since in catalogue or policy; another body is refused. A key does not expire: it holds as long as its run is there. A request that was refused leaves none. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "params": {
                 *         "sample": "S2"
                 *       },
                 *       "labels": {
                 *         "again": "yes"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RunEdits"];
            };
        };
        responses: {
            /** @description Replayed by its key; with `dry_run` what would run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["LocationOrNone"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartAnswer"] | components["schemas"]["DryRun"];
                };
            };
            /** @description The new run was taken in; `Location` says where it is. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrNoSuchPipeline"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["LaneBusyOrLanePausedOrTooManyLanesOrChanged"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidOrIdempotencyMismatch"];
            429: components["responses"]["RateLimitedOrQuotaExceededOrLaneFull"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    holdRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "hold": true,
                 *       "reason": "Needed for the audit of 2026"
                 *     }
                 */
                "application/json": components["schemas"]["HoldRequest"];
            };
        };
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Changed"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    readEvents: {
        parameters: {
            query?: {
                /** @description Events with a higher seq. */
                after?: number;
                /** @description Most events of a page. */
                limit?: number;
                /** @description Seconds to wait for a first event. Not for streams. */
                wait?: number;
            };
            header?: {
                /** @description For streams: like `after`, and goes before it. */
                "last-event-id"?: number;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events in order, without gaps. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                    "text/event-stream": string;
                };
            };
            /** @description Stream only: the run is over, and everything was sent before. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    readLog: {
        parameters: {
            query?: {
                /** @description Only this many last lines. */
                tail?: number;
                /** @description Default: the driver. */
                container?: string;
                /** @description Each line begins with the time at which the cluster took it. */
                timestamps?: "true" | "false";
            };
            header?: {
                /** @description One range of bytes. */
                range?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Sluice-Log-Complete": components["headers"]["Sluice-Log-Complete"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A range of it. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    "Sluice-Log-Complete": components["headers"]["Sluice-Log-Complete"];
                    "Content-Range": components["headers"]["Content-Range"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            416: components["responses"]["RangeNotSatisfiable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /** @description Only paths that begin so: `output/qc/`. */
                prefix?: string;
                /** @description Most entries of a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files, by path, and where they are. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePage"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["NotReadable"];
            410: components["responses"]["Gone"];
            /** @description The whole address is longer than the 8 KiB that hosts take. */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["FilesUnavailableOrSchemaMismatchOrUnavailable"];
        };
    };
    readFile: {
        parameters: {
            query: {
                /**
                 * @description `path` of a listing, such as `reports/report.html`.
                 * @example reports/report.html
                 */
                path: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
                /** @description One range of bytes. */
                range?: string;
            };
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A range of it. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    ETag: components["headers"]["ETag"];
                    "Last-Modified": components["headers"]["Last-Modified"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    "Content-Range": components["headers"]["Content-Range"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description It is still one of the versions of `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotReadable"];
            410: components["responses"]["Gone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["FileTooLarge"];
            /** @description The whole address is longer than the 8 KiB that hosts take. */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            416: components["responses"]["RangeNotSatisfiable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["FilesUnavailableOrSchemaMismatchOrUnavailable"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description Tasks with one of these: `failed,running`, or the parameter several times. */
                status?: components["schemas"]["TaskStatus"][];
                /** @description Tasks of this process, by its whole name. */
                process?: string;
                /** @description Tasks whose name, tag or hash has this text somewhere, in any case. */
                q?: string;
                /** @description Most entries of a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tasks. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
                /** @description Id of the task, or its hash with a hyphen: `ab-cdef12`. */
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDetail"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    readTaskLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
                /** @description Id of the task, or its hash with a hyphen: `ab-cdef12`. */
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrLogGone"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["FilesUnavailableOrSchemaMismatchOrUnavailable"];
        };
    };
    readTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trace"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listLanes: {
        parameters: {
            query?: {
                /** @description Most entries of a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lanes of the domain, by name; a page may be short while `next_cursor` is not null. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaneList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getLane: {
        parameters: {
            query?: {
                /** @description `true`: also what the first 100 runs with a place are, and the first 100 that wait; each costs a read. What they do changes without the version of the lane, so `If-None-Match` counts for nothing then. */
                runs?: "true" | "false";
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lane. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description It is still one of the versions of `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    putLane: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example night
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "capacity": 2
                 *     }
                 */
                "application/json": components["schemas"]["LaneChange"];
            };
        };
        responses: {
            /** @description The lane. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["TooManyLanesOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    deleteLane: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example night
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    negotiate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["NegotiateRequest"];
            };
        };
        responses: {
            /** @description Where to connect. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Negotiation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listPipelines: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All pipelines of the domain, by name. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    createPipeline: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "count",
                 *       "description": "Counts to three.",
                 *       "container": {
                 *         "image": "busybox:1.37",
                 *         "command": [
                 *           "sh",
                 *           "-c"
                 *         ],
                 *         "args": [
                 *           "for i in 1 2 3; do echo $i; done"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PipelineInput"];
            };
        };
        responses: {
            /** @description The pipeline. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getPipeline: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example hello
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pipeline. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
            /** @description It is still one of the versions of `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    changePipeline: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example count
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "count",
                 *       "description": "Counts to three.",
                 *       "container": {
                 *         "image": "busybox:1.37",
                 *         "command": [
                 *           "sh",
                 *           "-c"
                 *         ],
                 *         "args": [
                 *           "for i in 1 2 3; do echo $i; done"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PipelineInput"];
            };
        };
        responses: {
            /** @description The pipeline. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    deletePipeline: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example count
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listTargets: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All targets of the domain, by name. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    createTarget: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "large",
                 *       "resources": {
                 *         "cpu": "2",
                 *         "memory": "4Gi"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TargetInput"];
            };
        };
        responses: {
            /** @description The target. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Target"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getTarget: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The target. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Target"];
                };
            };
            /** @description It is still one of the versions of `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    changeTarget: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example large
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "large",
                 *       "resources": {
                 *         "cpu": "2",
                 *         "memory": "4Gi"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TargetInput"];
            };
        };
        responses: {
            /** @description The target. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Target"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    deleteTarget: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Its name in the domain.
                 * @example large
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listPipelineVersions: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
                /** @description Most entries of a page. */
                limit?: number;
                /** @description `next_cursor` of the page before: versions below this number. */
                cursor?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Its name in the domain.
                 * @example hello
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last 100 are kept, also after the entry was deleted. A page has 4 MiB at most, and may be short while `next_cursor` is not null. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineVersionPage"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getPipelineVersion: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Its name in the domain.
                 * @example hello
                 */
                name: string;
                /**
                 * @description Its number.
                 * @example 1
                 */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineVersion"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    checkTarget: {
        parameters: {
            query?: {
                /** @description Only for the admin token and admins of the settings; else the domain of the caller. */
                domain?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Its name in the domain.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetCheck"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Name of the domain.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy; until one is written, the one that the domain has by default. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description It is still one of the versions of `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    putPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Name of the domain.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "catalogue_only": false,
                 *       "lanes": "any",
                 *       "images": null,
                 *       "repositories": [
                 *         "github.com/nf-core/*"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PolicyInput"];
            };
        };
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Changed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description Domain that it belongs to; tokens see their own only. */
                domain?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All tokens of the domain, without their secrets. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "laptop of Ada",
                 *       "scopes": [
                 *         "launch"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain, a dot, and 12 random characters. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token, without its secret. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain, a dot, and 12 random characters. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is revoked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    rotateToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain, a dot, and 12 random characters. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlap_seconds": 86400
                 *     }
                 */
                "application/json": components["schemas"]["TokenRotation"];
            };
        };
        responses: {
            /** @description The new token. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Caller"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    listDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name, without what they use. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    getDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the domain.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The domain. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainView"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    putDomain: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Name of the domain.
                 * @example lab
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "quotas": {
                 *         "live_runs": 50,
                 *         "queued_runs": 500
                 *       },
                 *       "retention": {
                 *         "runs_days": 90
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DomainSettings"];
            };
        };
        responses: {
            /** @description The domain. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Changed"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    deleteDomain: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed. */
                "if-match"?: string;
                /** @description Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412. */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Name of the domain.
                 * @example lab
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["ConflictOrChanged"];
            412: components["responses"]["PreconditionFailed"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    readAudit: {
        parameters: {
            query?: {
                /** @description Only of this domain; another than its own only for the admin token and admins of the settings. */
                domain?: string;
                /** @description From then on; by default for a day. */
                since?: string;
                /** @description Before then; by default until now. */
                until?: string;
                /** @description Entries of a page; not for JSON lines. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries; a page may be short while `next_cursor` is not null. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                    "application/x-ndjson": string;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInAnswer"];
                };
            };
        };
    };
    ingestCreate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "runName": "r01jqk3v9x2abcde",
                 *       "workflowId": "r01jqk3v9x2abcde"
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    ingestBegin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `workflowId` of the first answer: the run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workflow": {
                 *         "revision": "main"
                 *       },
                 *       "processNames": [
                 *         "ALIGN"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    ingestProgress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `workflowId` of the first answer: the run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tasks": [
                 *         {
                 *           "taskId": 1,
                 *           "status": "COMPLETED",
                 *           "hash": "ab/cdef12",
                 *           "name": "ALIGN (one)",
                 *           "process": "ALIGN",
                 *           "exit": 0
                 *         }
                 *       ],
                 *       "progress": {
                 *         "succeeded": 1
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    ingestHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `workflowId` of the first answer: the run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "progress": {
                 *         "running": 1
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    ingestComplete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `workflowId` of the first answer: the run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workflow": {
                 *         "success": true,
                 *         "exitStatus": 0
                 *       },
                 *       "metrics": []
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    ingestWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `workflowId` of the first answer: the run. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "schedRunId": "7"
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    ingestWeblog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "runName": "r01jqk3v9x2abcde",
                 *       "event": "completed"
                 *     }
                 */
                "application/json": components["schemas"]["TraceMessage"];
            };
        };
        responses: {
            /** @description It is stored. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceTaken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    legacyRun: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pipeline": "hello",
                 *       "parameters": {}
                 *     }
                 */
                "application/json": components["schemas"]["LegacyRequest"];
            };
        };
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyStart"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such pipeline. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyRefusal"];
                };
            };
            409: components["responses"]["LaneBusyOrLanePausedOrChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description A value is not acceptable. */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyInvalid"];
                };
            };
            429: components["responses"]["RateLimitedOrQuotaExceededOrLaneFull"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    legacyStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What runs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyActive"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    legacyActive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What runs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyActive"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    legacyCancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyCancel"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    legacyHistory: {
        parameters: {
            query?: {
                /** @description Most entries of a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyHistory"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description A value is not acceptable. */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyInvalid"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    legacyStream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Connect to `websocket_url` of the body instead. */
            426: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Upgrade: components["headers"]["Upgrade"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["LegacyStream"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They can. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            500: components["responses"]["OpenInternal"];
            503: components["responses"]["OpenSchemaMismatchOrUnavailable"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `degraded` while storage does not answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `degraded` while storage does not answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Text exposition. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal"];
            503: components["responses"]["SchemaMismatchOrUnavailable"];
        };
    };
}
