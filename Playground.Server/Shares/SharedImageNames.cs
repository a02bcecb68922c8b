using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Playground.Server.Shares;

/// <summary>
/// What images are called on a shared page: neither the gallery's ids nor a run's numbers, and other names in every link. A name is the
/// one block that the image's own name is, encrypted with a key that only the link's token and the server's row make together; one that
/// was not made so is none of the share's images.
/// </summary>
internal sealed class SharedImageNames(string token, ShareRow share)
{
    private const int Block = 16;
    private const int Length = 22;

    // Who knows a name has seen the page, and so has known its password.
    private readonly byte[] _key = HMACSHA256.HashData(Encoding.UTF8.GetBytes(token),
        Encoding.UTF8.GetBytes($"{share.Id}\n{share.PasswordHash}"))[..Block];

    /// <summary>The name on the page.</summary>
    /// <param name="image">The id of an image of the gallery, or the number of one of a run.</param>
    public string Of(string image)
    {
        using var aes = Aes.Create();
        aes.Key = _key;
        return Base64Url.EncodeToString(aes.EncryptEcb(BlockOf(image), PaddingMode.None));
    }

    /// <summary>The image's own name; null where this is none that a page had.</summary>
    public string? Find(string name)
    {
        var cipher = new byte[Block];
        if (name.Length != Length || !Base64Url.IsValid(name) || !Base64Url.TryDecodeFromChars(name, cipher, out var count)
            || count != Block) return null;
        using var aes = Aes.Create();
        aes.Key = _key;
        var block = aes.DecryptEcb(cipher, PaddingMode.None);
        return block.AsSpan(0, Block - sizeof(int)).IndexOfAnyExcept((byte)0) < 0
            ? BinaryPrimitives.ReadInt32BigEndian(block.AsSpan(Block - sizeof(int))).ToString(CultureInfo.InvariantCulture)
            : Convert.ToHexStringLower(block);
    }

    private static byte[] BlockOf(string image)
    {
        if (image.Length == 2 * Block) return Convert.FromHexString(image);
        var block = new byte[Block];
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(Block - sizeof(int)), int.Parse(image, CultureInfo.InvariantCulture));
        return block;
    }
}
