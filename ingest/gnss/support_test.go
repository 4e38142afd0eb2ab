package gnss_test

import "fmt"

// nmeaLine puts a sentence into its frame: $, checksum, CR LF.
func nmeaLine(body string) string {
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", body, sum)
}
