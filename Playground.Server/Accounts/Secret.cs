using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Playground.Server.Accounts;

/// <summary>Tokens that open something: random, and kept only as their hash. They are long, so that a plain hash is enough.</summary>
internal static class Secret
{
    /// <summary>How API keys begin: whoever searches code for forgotten secrets finds them.</summary>
    public const string KeyPrefix = "pgk_";

    private const int Bytes = 32;

    /// <summary>256 random bits, in base64url.</summary>
    public static string New(string prefix = "") => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256, in lower-case hexadecimal digits.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Whether it has the length of a token; what has not is not looked for.</summary>
    public static bool IsPlausible(string token, string prefix = "")
        => token.Length == prefix.Length + Base64Url.GetEncodedLength(Bytes) && token.StartsWith(prefix, StringComparison.Ordinal);
}
