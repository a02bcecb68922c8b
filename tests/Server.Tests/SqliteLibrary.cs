using System.Runtime.CompilerServices;
using Playground.Server.Storage;

namespace Playground.Server.Tests;

/// <summary>Lets the server choose the SQLite library before a test opens a database: two libraries in one process crash it.</summary>
internal static class SqliteLibrary
{
    [ModuleInitializer]
    internal static void Choose() => RuntimeHelpers.RunClassConstructor(typeof(Database).TypeHandle);
}
