/**
 * @file limits.h  The caps on everything that the network may send
 *
 * Each parser of this room stops at these, and says which one it met.
 */
#ifndef BATON_LIMITS_H
#define BATON_LIMITS_H

enum {
	LIMIT_CONTEXT_DEFAULT = 1048576,  /**< bytes after decompression    */
	LIMIT_RATIO     = 200,            /**< times that gzip may grow     */
	LIMIT_RATIO_FREE = 64 * 1024,     /**< bytes that always may        */
	LIMIT_STRING    = 256 * 1024,     /**< bytes of one text, then cut  */
	LIMIT_DEPTH     = 64,             /**< nesting of JSON              */
	LIMIT_PARTS     = 16,             /**< parts of a multipart body    */
	LIMIT_NESTING   = 3,              /**< multipart inside multipart   */
	LIMIT_PART_HEAD = 4096,           /**< bytes of a part's headers    */
	LIMIT_BOUNDARY  = 70,             /**< RFC 2046, section 5.1.1      */
	LIMIT_PARTIES   = 64,
	LIMIT_DIALOGS   = 20000,          /**< text dialogs are turns       */
	LIMIT_TURNS     = 20000,
	LIMIT_LIST      = 256,            /**< history, actions, links ...  */
	LIMIT_FACTS     = 256,
	LIMIT_NAME      = 128,            /**< bytes of a fact's name       */
	LIMIT_UUI       = 4096,           /**< bytes of one User-to-User    */
	LIMIT_UUI_PLAIN = 64 * 1024,      /**< the same once inflated       */
	LIMIT_HEADER    = 8192,           /**< bytes of one named header    */
	LIMIT_SIGNATURES = 4,             /**< of one signed vCon           */
	LIMIT_JWS_HEADER = 192 * 1024,    /**< bytes of one JSON header     */
	LIMIT_JWS_NAMES = 32,             /**< members of a header          */
	LIMIT_CERTS     = 8,              /**< certificates of a signature  */
	LIMIT_CERT      = 8192,           /**< bytes of one, DER            */
	LIMIT_ROOTS     = 64,             /**< of all baton_trust_root      */
};

#endif
