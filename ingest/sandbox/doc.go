// Package sandbox runs a part of this very program as a short-lived child that
// can do little harm: another user, its own folder, no network, limits on
// memory, time and files. It is process plumbing; it knows nothing of rasters.
//
// The parent calls [Run], which starts /proc/self/exe again. The child calls
// [Enter] before it looks at anything that came from outside, and learns what
// is in force. What the machine does not offer (namespaces in a container,
// Landlock on an old kernel) is left out and said so in [Isolation]; the
// limits, the timeout, the clean environment and the private folder are always
// there.
package sandbox
