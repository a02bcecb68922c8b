namespace Playground.Core.Engine;

/// <summary>Where the values of a group norm lie, and how they are cut into blocks of whole groups for the threads.</summary>
internal readonly struct GroupNormLayout
{
    // A block is read twice, so it should stay in a core's second cache; below 32 channels its rows are too short to be fetched ahead.
    private const int WidestBlock = 128, Wide = 32, CachedElements = 1 << 16, ElementsPerThread = 1 << 13;

    /// <param name="images">N.</param>
    /// <param name="pixels">Height times width.</param>
    /// <param name="channelsA">Channels of the first piece, a multiple of <see cref="Lanes.Count"/>.</param>
    /// <param name="channelsB">Of the second, likewise; 0 for none.</param>
    /// <param name="groups">Divides the channels.</param>
    public GroupNormLayout(long images, long pixels, long channelsA, long channelsB, int groups)
    {
        (Images, Pixels, ChannelsA, ChannelsB) = (checked((int)images), checked((int)pixels), (int)channelsA, (int)channelsB);
        Depth = Channels / groups;
        // Whole groups and whole registers; narrower blocks where there are few images, so that all threads have some.
        var unit = Depth / GreatestDivisor(Depth, Lanes.Count) * Lanes.Count;
        Block = unit;
        for (var block = 2 * unit; block <= WidestBlock; block += unit)
        {
            var isCached = block <= Wide || (long)block * Pixels <= CachedElements;
            if (Channels % block == 0 && isCached && Images * (Channels / block) >= ThreadTeam.Size * 2) Block = block;
        }
        Blocks = Channels / Block;
        Grain = Math.Max(1, ElementsPerThread / (Pixels * Block));
    }

    public int Images { get; }

    public int Pixels { get; }

    public int ChannelsA { get; }

    public int ChannelsB { get; }

    public int Channels => ChannelsA + ChannelsB;

    /// <summary>Channels of a group.</summary>
    public int Depth { get; }

    /// <summary>Channels of a block.</summary>
    public int Block { get; }

    /// <summary>Blocks of an image.</summary>
    public int Blocks { get; }

    /// <summary>Blocks that are worth a thread of their own.</summary>
    public int Grain { get; }

    /// <summary>The block's channels, cut where one piece ends and the other begins.</summary>
    public GroupNormPieces PiecesOf(int first)
    {
        var end = first + Block;
        if (end <= ChannelsA) return new(InA(first, Block), null);
        if (first >= ChannelsA) return new(InB(first, Block), null);
        return new(InA(first, ChannelsA - first), InB(ChannelsA, end - ChannelsA));
    }

    /// <summary>The piece that a channel lies in, from it on.</summary>
    public GroupNormPiece PieceOf(int channel) => channel < ChannelsA ? InA(channel, 1) : InB(channel, 1);

    private GroupNormPiece InA(int first, int channels) => new(false, first, first, channels, ChannelsA);

    private GroupNormPiece InB(int first, int channels) => new(true, first, first - ChannelsA, channels, ChannelsB);

    private static int GreatestDivisor(int a, int b) => b == 0 ? a : GreatestDivisor(b, a % b);
}

/// <summary>Channels that lie together.</summary>
/// <param name="IsSecond">Whether they are of the second piece.</param>
/// <param name="First">The first one, counted over both pieces.</param>
/// <param name="Offset">The first one, counted in its piece.</param>
/// <param name="Channels">How many.</param>
/// <param name="Stride">From a pixel to the next.</param>
internal readonly record struct GroupNormPiece(bool IsSecond, int First, int Offset, int Channels, int Stride);

/// <summary>One piece or two.</summary>
internal readonly record struct GroupNormPieces(GroupNormPiece One, GroupNormPiece? Other)
{
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through them.</summary>
    public struct Enumerator(GroupNormPieces pieces)
    {
        private int _at = -1;

        public readonly GroupNormPiece Current => _at == 0 ? pieces.One : pieces.Other!.Value;

        public bool MoveNext() => ++_at == 0 || (_at == 1 && pieces.Other is not null);
    }
}
