// Package nodeodm has an orthophoto made of drone photos by an engine that
// exists: NodeODM, the REST face of OpenDroneMap, API 2.x as published in its
// docs/index.adoc. [Client] is one call each; [Run] is the whole way, from the
// first photo sent to the orthophoto on the disk, over links that break and
// through restarts of either side.
//
//	odm := &nodeodm.Client{URL: "http://127.0.0.1:3000"}
//	state, err := nodeodm.Run(ctx, odm, nodeodm.Job{Photos: photos, Into: "all.zip", …})
//
// NodeODM answers errors with status 200 and {"error": …}; such an answer is an
// [*Error] here. What the engine makes is a stranger's file like any other: it is
// taken in through the sandbox.
package nodeodm
