using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Playground.Server.Shares;

/// <summary>What a link has in it: 128 random bits, which nobody can guess and the server does not keep.</summary>
internal static class ShareToken
{
    private const int Bytes = 16;

    /// <summary>22 letters, digits, '-' and '_'.</summary>
    public static string Draw() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What is kept of a token, and by which it is found; of any text, a malformed one too, so that all take the same
    /// way.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
